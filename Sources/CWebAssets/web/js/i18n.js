// Words live in /assets/i18n/LANGUAGE.json; a message is a text, or one text for each plural form.

import { learn, said } from "./said.js";

/** The languages there are, by the names their speakers give them. */
export const languages = { en: "English", de: "Deutsch" };

let messages = {};
let plural = new Intl.PluralRules("en");

/** The present language, such as `de`. */
export let language = "en";

/** Loads the chosen language, else the browser's first that there is, else English. */
export async function loadLanguage() {
  const wished = [remembered(), ...navigator.languages].map((name) => name?.slice(0, 2));
  language = wished.find((name) => name in languages) ?? "en";
  // The recorder speaks English by itself.
  const [words, sentences] = await Promise.all([
    load(language), language === "en" ? {} : load(`${language}.said`),
  ]);
  messages = words;
  learn(language, sentences);
  plural = new Intl.PluralRules(language);
  document.documentElement.lang = language;
}

/** Remembers a language for this browser. */
export function chooseLanguage(name) {
  localStorage.setItem("language", name);
  location.reload();
}

/** Whether there are words for a key. */
export const has = (key) => key in messages;

/** The words for a key, with `{name}` replaced; `count` chooses the plural form. */
export function t(key, values = {}) {
  let message = messages[key] ?? key;
  if (typeof message === "object") {
    message = message[plural.select(values.count)] ?? message.other;
  }
  return message.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);
}

/** The words for what a recorder refused: ours for its code, or else its own sentence in our language. */
export function wordsFor(error) {
  const key = `problem.${error.code}`;
  return error.code && has(key) ? t(key) : said(error.message);
}

const load = async (name) => (await fetch(`/assets/i18n/${name}.json`)).json();

function remembered() {
  try {
    return localStorage.getItem("language");
  } catch {
    return null;
  }
}
