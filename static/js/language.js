// Texts in the language of the page. English stands in the scripts; the catalogue of another language is a script of
// its own, which the server makes (blueprints/http/catalogue.py) and the page loads before.
const { messages = {}, plural = (n) => Number(n !== 1) } = globalThis.keepsakeWords ?? {};

// Of dates: the server knows in which form the language has them.
export const LOCALE = document.documentElement.dataset.datesAs;

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

// Values stand in braces: _("Hello {name}", { name }).
export const _ = (text, values = {}) => fill(messages[text] ?? text, values);

// {n} is the number.
export function ngettext(one, many, n, values = {}) {
  const forms = messages[one] ?? [one, many];
  return fill(forms[plural(n)], { n, ...values });
}
