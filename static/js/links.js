// The form of a share link: a password that is easy to read out.
import { $, $$ } from "./dom.js";

const LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"; // none that looks like another one: 31
const GROUPS = 3;
const LENGTH = 4; // of each: 59 bits in all

const letter = () => {
  const [number] = crypto.getRandomValues(new Uint32Array(1)); // far more than letters: each is as likely
  return LETTERS[number % LETTERS.length];
};
const group = () => Array.from({ length: LENGTH }, letter).join("");

for (const place of $$("[data-suggest-password]")) {
  $("button", place).addEventListener("click", () => {
    const field = $("input", place);
    field.value = Array.from({ length: GROUPS }, group).join("-");
    field.focus();
  });
}
