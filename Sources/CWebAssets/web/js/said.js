// The recorder's own sentences in the page's language. i18n/LANGUAGE.said.json has each as the recorder
// says it, with `{name}` where something else may stand, and its translation.

let language = "en";
let exact = new Map();
let patterns = [];

/** Takes a language's sentences. */
export function learn(name, sentences) {
  language = name;
  exact = new Map(Object.entries(sentences));
  patterns = Object.entries(sentences).filter(([said]) => said.includes("{")).map(
    ([said, words]) => ({ pattern: patternOf(said), words }),
  );
}

/**
 * A sentence of the recorder in the page's language, or as it is where nobody has translated it. What
 * stands in it is translated too: a reason is often a sentence itself.
 */
export function said(sentence) {
  if (!sentence) return sentence;
  if (exact.has(sentence)) return exact.get(sentence);
  for (const { pattern, words } of patterns) {
    const values = pattern.exec(sentence)?.groups;
    if (values) return words.replace(/\{(\w+)\}/g, (all, name) => said(values[name]));
  }
  return patterns.length ? sentence.replace(/^\d+\.\d+(?= |$)/, decimal) : sentence;
}

function patternOf(text) {
  const parts = text.split(/\{(\w+)\}/).map((part, index) => (
    index % 2 ? `(?<${part}>.*?)` : part.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&")
  ));
  return new RegExp(`^${parts.join("")}$`, "s");
}

/** A number as the language writes it, with as many digits. */
function decimal(text) {
  const digits = text.split(".")[1].length;
  return new Intl.NumberFormat(language, {
    minimumFractionDigits: digits, maximumFractionDigits: digits, useGrouping: false,
  }).format(Number(text));
}
