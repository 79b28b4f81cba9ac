// Finds things by the names that a screen reader says.

function nameOf(element) {
  const labelled = (element.getAttribute('aria-labelledby') ?? '').split(' ').filter(Boolean)
    .map((id) => document.getElementById(id)?.textContent).join(' ');
  return (labelled || element.getAttribute('aria-label')
    || [...(element.labels ?? [])].map((label) => label.textContent).join(' ')
    || element.getAttribute('alt') || element.textContent || element.getAttribute('title') || '').trim();
}

function isShown(element) {
  return element.checkVisibility({ visibilityProperty: true }) && element.getClientRects().length > 0;
}

const CONTROLS = 'a[href], button, input, select, textarea, summary, [role="slider"], [tabindex="0"]';

function named(name) {
  const scope = document.querySelector('dialog[open]') ?? document;
  const found = [...scope.querySelectorAll(CONTROLS)].filter((each) => isShown(each) && !each.disabled);
  return found.find((each) => nameOf(each) === name) ?? null;
}
