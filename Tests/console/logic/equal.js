/** Throws unless two values are the same all the way down. */
export function equal(found, wanted) {
  const [a, b] = [found, wanted].map((value) => JSON.stringify(value));
  if (a !== b) throw new Error(`${a}, not ${b}`);
}

export const cases = { "equal values are equal": () => equal([1, { a: 2 }], [1, { a: 2 }]) };
