// Opens review pages in headless Chromium, as the owners of the API do from disk.

import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { chromium } from 'playwright-core';

/** Where the pages are. */
export const folder = path.resolve(import.meta.dirname, '../../../target/review');

/** The sizes and colours that a page is looked at in. */
export const looks = {
  light: [1280, 'light'],
  dark: [1280, 'dark'],
  'light-390': [390, 'light'],
  'dark-390': [390, 'dark'],
};

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** A browser, for which every server is this one. `connections` are the hosts that it connected to, of those that pages mention: it
 * connects to others of its own accord. */
export const launch = async () => {
  const connections = [];
  const server = createServer((connection) => {
    connection.on('error', () => {});
    connection.once('data', (data) => {
      // Also encrypted connections begin with the name of the host.
      const [host] = data.toString('latin1').match(/example\.com|linqapp\.com|redoc[a-z.]*/) ?? [];
      if (host) connections.push(host);
      connection.destroy();
    });
  });
  await new Promise((listening) => { server.listen(0, '127.0.0.1', listening); });
  server.unref();
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM,
    args: ['--no-sandbox', `--host-resolver-rules=MAP * 127.0.0.1:${server.address().port}`],
  });
  return Object.assign(browser, { connections });
};

/** Opens a page, and notes what it complains of and requests. */
export const open = async (browser, name, look = looks.light, fragment = '') => {
  const [width, colorScheme] = look;
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  context.setDefaultTimeout(10_000);
  const tab = await context.newPage();
  const address = pathToFileURL(path.join(folder, `${name}.html`)).href;
  const complaints = [];
  const requests = [];
  tab.on('console', (message) => ['error', 'warning'].includes(message.type()) && complaints.push(message.text()));
  tab.on('pageerror', (error) => complaints.push(error.message));
  const note = (request) => {
    const url = request.url();
    const isLocal = url.startsWith('data:') || url.startsWith('blob:') || url.split('#')[0] === address;
    // The policy of the page has stopped the others.
    if (!isLocal && request.failure()?.errorText !== 'csp') requests.push(url);
  };
  tab.on('requestfinished', note);
  tab.on('requestfailed', note);
  await tab.goto(address + fragment);
  const reference = tab.locator('#redoc');
  if (await reference.count() > 0) await reference.locator('.menu-content').first().waitFor({ state: 'attached' });
  return { tab, address, complaints, requests };
};

/** Unfolds all that is folded in our part of a page. */
export const unfold = (tab) => tab.evaluate(() => {
  for (const details of document.querySelectorAll('.review details')) details.open = true;
});

/** Takes pictures of a page as it opens, of all our part, and of the reference. */
export const picture = async (tab, name, look) => {
  const start = path.join(folder, name, look);
  mkdirSync(path.dirname(start), { recursive: true });
  await tab.evaluate(() => scrollTo(0, 0));
  await tab.screenshot({ path: `${start}.png` });
  await unfold(tab);
  await tab.locator('.review').screenshot({ path: `${start}-whole.png` });
  await tab.evaluate(() => document.getElementById('reference').scrollIntoView());
  await tab.screenshot({ path: `${start}-reference.png` });
};

/** What is not accessible in our part of a page. */
export const violations = async (tab) => {
  // The page lets no script be added; what the debugger evaluates is not one.
  await tab.evaluate(axe);
  return tab.evaluate(async () => {
    const { violations } = await globalThis.axe.run('.review');
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' ')}`);
  });
};

/** By how many pixels a page is too wide. */
export const overflow = (tab) => tab.evaluate(() => document.documentElement.scrollWidth - innerWidth);

/** Waits until an element is in the window. */
export const isInView = (tab, id) => tab.waitForFunction((id) => {
  const { top, bottom } = document.getElementById(id).getBoundingClientRect();
  return top < innerHeight && bottom > 0;
}, id);
