// Runs in the page that is looked at: how wide its content is, and which element is the widest of those that stick out.

/** As a person would look for it: the nearest id, then tags with their classes, at most four deep. */
function selectorOf(element) {
  const parts = [];
  for (let at = element; at instanceof Element && parts.length < 4; at = at.parentElement) {
    if (at.id !== '') {
      parts.unshift(`#${CSS.escape(at.id)}`);
      break;
    }
    const classes = [...at.classList].slice(0, 2).map((name) => `.${CSS.escape(name)}`);
    parts.unshift(`${at.localName}${classes.join('')}`);
    if (at.localName === 'body') break;
  }
  return parts.join(' > ');
}

/** It scrolls or hides what is too wide for it. */
function isClipped(element) {
  for (let at = element.parentElement; at !== null && at !== document.body; at = at.parentElement) {
    if (getComputedStyle(at).overflowX !== 'visible') return true;
  }
  return false;
}

function measurePage() {
  const root = document.documentElement;
  const windowWidth = root.clientWidth;
  const found = { width: root.scrollWidth, windowWidth, height: root.scrollHeight };
  if (found.width <= windowWidth) return found;
  let widest = null;
  let right = windowWidth;
  for (const element of document.body?.getElementsByTagName('*') ?? []) {
    const box = element.getBoundingClientRect();
    const end = box.right + scrollX;
    // Of those that reach equally far the innermost is the cause.
    if (end < right || end <= windowWidth || box.width === 0 || isClipped(element)) continue;
    right = end;
    widest = { selector: selectorOf(element).slice(0, 300), width: Math.round(box.width) };
  }
  return widest === null ? found : { ...found, widest };
}

measurePage();
