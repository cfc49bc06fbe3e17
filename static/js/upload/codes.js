// Links and embed codes of finished uploads. The option chosen says which:
// blueprints/documents/link_kinds.py made it.
function code(answer, { group, codes: names }) {
  const ofGroup = answer.codes[group];
  return ofGroup[JSON.parse(names).find((name) => name in ofGroup)];
}

export function codes(items, choice) {
  return items.map((item) => code(item.answer, choice.dataset)).join("\n");
}
