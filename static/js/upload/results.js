// Of a finished batch: links in a chosen form, and the receipt.
const FORMS = {
  viewer: (answer) => answer.image.url_viewer,
  direct: (answer) => answer.image.url,
  markdown: (answer) => answer.codes.Markdown.Embed,
  html: (answer) => answer.codes.HTML.Embed,
  bbcode: (answer) => answer.codes.BBCode.Embed,
  thumbnail: (answer) => answer.image.thumb.url,
  delete: (answer) => answer.image.delete_url,
};

export function links(items, kind) {
  return items.map((item) => FORMS[kind](item.answer)).join("\n");
}

export function receipt(items) {
  const lines = items.map(
    (item) =>
      `${item.sha256}  ${item.size || item.answer.image.size}  ${item.name}\n    ${item.answer.image.url_viewer}`,
  );
  return [
    `Receipt of ${items.length} uploads, ${new Date().toISOString()}`,
    "SHA-256 of what was sent, size in bytes, name; link",
    "",
    ...lines,
    "",
  ].join("\n");
}
