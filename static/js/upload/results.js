// Of a finished batch: delete links, and the receipt.
export function deleteLinks(items) {
  return items.map((item) => item.answer.image.delete_url).join("\n");
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
