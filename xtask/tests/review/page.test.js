// What run.sh has written works in a browser: from disk, in any width and colours, by keyboard, whatever the document says.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { isInView, launch, looks, open, overflow, picture, unfold, violations } from './browser.js';

let browser;
before(async () => { browser = await launch(); });
after(async () => { await browser?.close(); });

const pages = { changes: Object.keys(looks), contract: ['light', 'dark-390'] };
for (const [name, names] of Object.entries(pages)) {
  for (const look of names) {
    const [width, scheme] = looks[look];
    test(`${name} is accessible, fits and needs nothing but itself (${look})`, async () => {
      const { tab, complaints, requests } = await open(browser, name, [width, scheme]);
      await picture(tab, name, look);
      await unfold(tab);
      assert.ok(await overflow(tab) <= 0, `${await overflow(tab)} px too wide`);
      assert.deepEqual(await violations(tab), []);
      const background = await tab.evaluate(() => getComputedStyle(document.body).backgroundColor);
      const brightness = background.match(/\d+/g).slice(0, 3).reduce((sum, part) => sum + Number(part), 0);
      assert.equal(brightness > 384, scheme === 'light', `the background is ${background}`);
      assert.deepEqual(requests, []);
      assert.deepEqual(browser.connections, []);
      assert.deepEqual(complaints, []);
    });
  }
}

const visible = (tab) => tab.locator('.change:visible').evaluateAll((all) => all.map(({ dataset }) => dataset.class));

test('changes are filtered by class, with the keyboard', async () => {
  const { tab, complaints } = await open(browser, 'changes');
  const all = await visible(tab);
  const listed = tab.locator('.overview li:visible');
  assert.equal(await listed.count(), all.length);
  const boxes = await tab.locator('.filter input:enabled').all();
  assert.equal(boxes.length, new Set(all).size);
  for (const box of boxes) {
    const name = await box.inputValue();
    await box.focus();
    await tab.keyboard.press('Space');
    const others = all.filter((other) => other !== name);
    assert.ok(others.length < all.length, name);
    assert.deepEqual(await visible(tab), others, `without ${name}`);
    assert.equal(await listed.count(), others.length, `without ${name}`);
    assert.equal(await tab.locator('#shown').textContent(), `${others.length} of ${all.length} changes shown`);
    await tab.keyboard.press('Space');
  }
  assert.deepEqual(await visible(tab), all);
  assert.deepEqual(complaints, []);
});

test('the page says what is approved, by whom and why, and what is not', async () => {
  const { tab } = await open(browser, 'changes');
  const states = await tab.locator('.change .approval').allTextContents();
  const needy = (await visible(tab)).filter((name) => ['breaking', 'unknown'].includes(name));
  assert.equal(states.length, needy.length);
  assert.match(states[0], /^✓ Approved by Ann Lee: Nobody uses it\.$/);
  for (const state of states.slice(1)) assert.match(state, /^Not approved · fingerprint c[0-9a-f]+$/);
  const verdict = await tab.locator('.verdict').textContent();
  assert.match(verdict, new RegExp(`${needy.length - 1} changes? needs? approval`));
});

test('tab reaches the contents, the filter, the overview and the changes, and shows where it is', async () => {
  const { tab } = await open(browser, 'changes');
  const reached = [];
  for (let step = 0; step < 30 && !reached.includes('BUTTON'); step += 1) {
    await tab.keyboard.press('Tab');
    const { name, outline } = await tab.evaluate(() => {
      const element = document.activeElement;
      const area = element.closest('nav, .filter, .overview');
      return { name: area?.className || area?.tagName || element.tagName, outline: getComputedStyle(element).outlineStyle };
    });
    assert.notEqual(outline, 'none', name);
    reached.push(name);
  }
  const areas = reached.filter((name, at) => name !== reached[at - 1]);
  assert.deepEqual(areas.slice(0, 3), ['NAV', 'filter', 'overview']);
  assert.equal(areas.at(-1), 'BUTTON');
});

test('a link in the overview leads to its change, with the keyboard', async () => {
  const { tab } = await open(browser, 'changes');
  const link = tab.locator('.overview a').last();
  const id = (await link.getAttribute('href')).slice(1);
  await link.focus();
  await tab.keyboard.press('Enter');
  await isInView(tab, id);
  assert.equal(await tab.evaluate(() => document.activeElement.id), id);
});

test('the link to a change is copied, and opens it', async () => {
  const { tab, address, complaints } = await open(browser, 'changes');
  const last = tab.locator('.change').last();
  const id = await last.getAttribute('id');
  await last.getByRole('button', { name: 'Copy link' }).click();
  assert.equal(await tab.evaluate(() => navigator.clipboard.readText()), `${address}#${id}`);
  assert.deepEqual(complaints, []);

  const opened = await open(browser, 'changes', looks.light, `#${id}`);
  await isInView(opened.tab, id);
  assert.equal(await opened.tab.evaluate(() => location.hash), `#${id}`);
  assert.equal(await opened.tab.getByText('No page at this address').count(), 0);
  assert.deepEqual(opened.complaints, []);
});

test('a link shows a change that the filter hides', async () => {
  const { tab } = await open(browser, 'changes');
  const last = tab.locator('.change').last();
  const id = await last.getAttribute('id');
  const box = tab.locator(`.filter input[value="${await last.getAttribute('data-class')}"]`);
  await box.uncheck();
  assert.ok(!await last.isVisible());
  await tab.evaluate((fragment) => { location.hash = fragment; }, id);
  await isInView(tab, id);
  assert.ok(await box.isChecked());
});

test('the contents lead to every section', async () => {
  const { tab, complaints } = await open(browser, 'changes');
  const links = tab.locator('.review nav a');
  const targets = await links.evaluateAll((links) => links.map((link) => link.hash.slice(1)));
  const sections = await tab.locator('.review section').evaluateAll((sections) => sections.map(({ id }) => id));
  assert.deepEqual(targets, sections);
  for (const target of targets) {
    await tab.locator(`.review nav a[href="#${target}"]`).click();
    await isInView(tab, target);
  }
  assert.deepEqual(complaints, []);
});

test('a change leads to its operation, which unfolds', async () => {
  const { tab } = await open(browser, 'changes');
  const link = tab.locator('.change a[href^="#operation-"]').first();
  const id = (await link.getAttribute('href')).slice(1);
  await link.click();
  await isInView(tab, id);
  assert.ok(await tab.locator(`#${id}`).evaluate((details) => details.open));
});

test('every operation of the contract leads to its place in the reference', async () => {
  const { tab, complaints } = await open(browser, 'contract');
  for (const operation of await tab.locator('.operation').all()) {
    const summary = await operation.locator('.summary').textContent();
    await operation.locator('summary').click();
    await operation.getByRole('link', { name: 'Show in the reference' }).click();
    const heading = tab.locator('#redoc').getByRole('heading', { name: summary.replace(' (deprecated)', '') }).first();
    await heading.waitFor();
    await tab.waitForFunction((element) => {
      const { top } = element.getBoundingClientRect();
      return top >= 0 && top < innerHeight;
    }, await heading.elementHandle());
  }
  assert.equal(await tab.getByText('No page at this address').count(), 0);
  assert.deepEqual(complaints, []);
});

test('every operation of the contract has a request, a call and signatures', async () => {
  const { tab } = await open(browser, 'contract');
  await unfold(tab);
  for (const operation of await tab.locator('.operation').all()) {
    const texts = await operation.locator('figure pre').allTextContents();
    assert.equal(texts.length, 4);
    const [method, path] = [operation.locator('.method'), operation.locator('summary code')];
    assert.ok(texts[0].startsWith(`${await method.textContent()} /`), texts[0]);
    assert.ok((await path.textContent()).startsWith('/'));
    for (const text of texts) assert.ok(await operation.getByText(text.split('\n')[0]).first().isVisible(), text);
  }
});

test('a document that can not be rendered is still reviewed', async () => {
  const { tab, complaints } = await open(browser, 'unknown');
  assert.ok(await tab.getByText('The new document can\'t be rendered.').isVisible());
  assert.ok(await tab.locator('.change').first().isVisible());
  assert.ok(await tab.locator('#lint').getByText('linq/codegen').first().isVisible());
  assert.deepEqual(complaints, []);

  const id = await tab.locator('.change').last().getAttribute('id');
  const opened = await open(browser, 'unknown', looks.light, `#${id}`);
  await isInView(opened.tab, id);
});

for (const fragment of ['', '#/cards/listcards', '#changes']) {
  test(`nothing that a hostile document contains takes effect (${fragment})`, async () => {
    const { tab, address, requests } = await open(browser, 'hostile', looks.light, fragment);
    await unfold(tab);
    for (const link of await tab.locator('a[href^="javascript:" i]').all()) await link.evaluate((link) => link.click());
    assert.equal(await tab.evaluate(() => globalThis.pwned), undefined);
    assert.equal(tab.url().split('#')[0], address);
    assert.deepEqual(requests, []);
    assert.deepEqual(browser.connections, []);
    const hints = await tab.locator('link:not([rel=preload])').evaluateAll((links) => links.map(({ outerHTML }) => outerHTML));
    assert.deepEqual(hints, []);

    // Our part is there, and nothing lies on top of it.
    await tab.mouse.wheel(0, -1_000_000);
    await tab.waitForFunction(() => scrollY === 0);
    const title = tab.getByRole('heading', { name: 'Contract review' });
    const onTop = await title.evaluate((title) => {
      const { left, top } = title.getBoundingClientRect();
      return document.elementFromPoint(left + 5, top + 5) === title;
    });
    assert.ok(onTop);
    assert.ok(await tab.locator('.change').first().isVisible());

    // Text stands in the order in which it is written.
    const text = await tab.evaluate(() => document.body.innerText);
    assert.match(text, /Whether it is \[U\+202E\]esu ni\[U\+202C\]\./);
    assert.doesNotMatch(text, /[\u200b-\u200f\u202a-\u202e\u2066-\u2069]/);
  });
}

test('a hostile document fits a narrow window', async () => {
  const { tab } = await open(browser, 'hostile', looks['light-390']);
  await unfold(tab);
  assert.ok(await overflow(tab) <= 0, `${await overflow(tab)} px too wide`);
});
