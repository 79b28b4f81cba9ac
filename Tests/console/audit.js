// A small part of what axe looks for: names, roles, contrast, size of targets, headings, languages.

function audit() {
  const wrong = [];
  const say = (element, text) => wrong.push(`${text}: ${element.outerHTML.slice(0, 160)}`);
  const shown = [...document.body.querySelectorAll('*')].filter(isShown);
  const controls = shown.filter((each) => each.matches(CONTROLS));

  for (const each of controls) if (!nameOf(each)) say(each, 'has no name');
  for (const each of shown.filter((one) => one.matches('img:not([alt])'))) say(each, 'has no alt');
  for (const each of shown.filter((one) => one.matches('[role="slider"]'))) {
    if (!each.hasAttribute('aria-valuenow') || !each.hasAttribute('aria-valuetext')) say(each, 'has no value');
  }
  for (const each of document.querySelectorAll('[aria-controls], [aria-describedby], label[for]')) {
    for (const id of ['aria-controls', 'aria-describedby', 'for'].flatMap((name) => (each.getAttribute(name) ?? '').split(' ')).filter(Boolean)) {
      if (!document.getElementById(id)) say(each, `points at '${id}', which is not there`);
    }
  }
  const ids = [...document.querySelectorAll('[id]')].map((each) => each.id);
  for (const id of ids.filter((each, index) => ids.indexOf(each) !== index)) wrong.push(`two elements are '${id}'`);

  if (!document.documentElement.lang) wrong.push('the page has no language');
  if (document.querySelectorAll('main').length !== 1) wrong.push('there is not one main');
  if (document.querySelectorAll('h1').length !== 1) wrong.push('there is not one h1');
  if (!document.title) wrong.push('the page has no title');
  const width = document.documentElement.scrollWidth;
  if (width > innerWidth + 1) wrong.push(`the page is ${width} wide on a screen of ${innerWidth}`);

  // WCAG 2.5.8: 24 px, except links in a sentence; for fingers the project asks for 44.
  const least = matchMedia('(pointer: coarse)').matches || innerWidth <= 720 ? 44 : 24;
  for (const each of controls.filter((one) => !one.disabled && !one.matches('.strip, [tabindex="0"]:not([role])'))) {
    const target = each.matches('input[type="checkbox"], input[type="radio"]') && each.closest('label') ? each.closest('label') : each;
    const box = target.getBoundingClientRect();
    const isInText = getComputedStyle(each).display === 'inline';
    if (!isInText && box.height < (each.matches('.handle, .lane-label *, input[role="switch"], input[type="range"], td *, .facts *') ? 24 : least)) {
      say(each, `is ${Math.round(box.height)} high, less than ${least}`);
    }
  }
  for (const each of shown) contrast(each, say);
  return wrong;
}

/** WCAG 1.4.3: 4.5 to 1, or 3 to 1 for large letters. */
function contrast(element, say) {
  const text = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  if (!text || element.closest('[aria-hidden="true"], :disabled, .tile-picture, .stage')) return;
  const style = getComputedStyle(element);
  const size = parseFloat(style.fontSize);
  const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
  const back = background(element);
  const front = over(colour(style.color), back);
  const [light, dark] = [luminance(front), luminance(back)].sort((a, b) => b - a);
  const ratio = (light + 0.05) / (dark + 0.05);
  if (ratio < (isLarge ? 3 : 4.5) - 0.01) say(element, `contrast ${ratio.toFixed(2)}`);
}

const paper = document.createElement('canvas').getContext('2d', { willReadFrequently: true });

function colour(text) {
  paper.clearRect(0, 0, 1, 1);
  paper.fillStyle = text;
  paper.fillRect(0, 0, 1, 1);
  const [r, g, b, a] = paper.getImageData(0, 0, 1, 1).data;
  return [r, g, b, a / 255];
}

const over = ([r, g, b, a], under) => [r, g, b].map((value, index) => value * a + under[index] * (1 - a));

function background(element) {
  if (!element) return [255, 255, 255];
  const own = colour(getComputedStyle(element).backgroundColor);
  return own[3] === 1 ? own.slice(0, 3) : over(own, background(element.parentElement));
}

function luminance(rgb) {
  const [r, g, b] = rgb.map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
