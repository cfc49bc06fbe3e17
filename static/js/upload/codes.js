// Embed codes by their names in Chevereto's plugin: viewer-links, bbcode-embed-medium …
const GROUPS = { html: "HTML", bbcode: "BBCode", markdown: "Markdown" };
const LABELS = { full: "Full linked", medium: "Medium linked", thumbnail: "Thumbnail linked" };

export const HTML_KINDS = ["html-embed", "html-embed-full", "html-embed-medium", "html-embed-thumbnail"];

function code(answer, kind) {
  if (kind === "viewer-links") return answer.codes.Links.Viewer;
  if (kind === "direct-links") return answer.codes.Links.Direct;
  const [language, , size] = kind.split("-");
  const group = answer.codes[GROUPS[language]];
  // A small picture has no medium, and browsers show no full HEIC: use the nearest.
  return size ? (group[LABELS[size]] ?? group[LABELS.full] ?? group[LABELS.medium]) : group.Embed;
}

export function codes(answers, kind) {
  return answers.map((answer) => code(answer, kind)).join("\n");
}
