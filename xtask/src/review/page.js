// Links to changes, and the filter. Redoc takes every fragment for one of its pages, so ours are kept from it.
'use strict';

/** What this selects in our part of the page; the reference may contain anything. */
const find = (selector) => [...document.querySelector('.review').querySelectorAll(selector)];

const isOurs = () => location.hash !== '' && !location.hash.startsWith('#/');

const show = (fragment) => {
  const target = document.getElementById(fragment.slice(1));
  if (!target) return;
  const [box] = find('.filter input').filter((box) => box.value === target.dataset.class && !box.checked);
  if (box) {
    box.checked = true;
    filter();
  }
  if (target.matches('details')) target.open = true;
  target.scrollIntoView();
  target.focus({ preventScroll: true });
};

for (const event of ['popstate', 'hashchange']) {
  addEventListener(event, (moved) => {
    if (!isOurs()) return;
    moved.stopImmediatePropagation();
    show(location.hash);
  }, { capture: true });
}

// Until Redoc has taken over its elements, the fragment that the page was opened with is set aside.
const wanted = isOurs() ? location.hash : '';
if (wanted) history.replaceState(null, '', '#');

const hasStarted = () => {
  if (!document.getElementById('redoc')) return true;
  const menu = document.querySelector('.menu-content');
  return menu && Object.keys(menu).some((key) => key.startsWith('__react'));
};

const restore = () => {
  if (!['', '#/'].includes(location.hash)) return; // the reader has gone on
  if (!hasStarted()) {
    requestAnimationFrame(restore);
    return;
  }
  history.replaceState(null, '', wanted);
  stay();
};

// Redoc scrolls to the top when it has started. Until the reader does something, the change stays in view.
const stay = () => {
  const done = new AbortController();
  const { signal } = done;
  for (const event of ['wheel', 'keydown', 'pointerdown', 'touchstart']) {
    addEventListener(event, () => done.abort(), { signal, capture: true });
  }
  setTimeout(() => done.abort(), 2000);
  addEventListener('scroll', () => show(wanted), { signal });
  show(wanted);
};

if (wanted) {
  addEventListener('load', () => {
    show(wanted);
    restore();
  });
}

const filter = () => {
  const boxes = find('.filter input');
  if (boxes.length === 0) return; // nothing changed
  const shown = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
  for (const element of find('[data-class]')) element.hidden = !shown.has(element.dataset.class);
  const changes = find('.change');
  const count = changes.filter((change) => !change.hidden).length;
  const [status] = find('#shown');
  status.textContent = `${count} of ${changes.length} changes shown`;
};

const copy = async (button) => {
  const link = location.href.split('#')[0] + button.dataset.copy;
  try {
    await navigator.clipboard.writeText(link);
    button.textContent = 'Copied';
  } catch {
    history.replaceState(null, '', button.dataset.copy);
    button.textContent = 'Copy it from the address bar';
  }
};

addEventListener('DOMContentLoaded', () => {
  filter();
  for (const box of find('.filter input')) box.addEventListener('change', filter);
  for (const button of find('button[data-copy]')) button.addEventListener('click', () => copy(button));
});
