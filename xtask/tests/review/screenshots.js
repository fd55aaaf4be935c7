// Takes pictures of target/review/NAME.html, into target/review/NAME:  CHROMIUM=/usr/bin/chromium node screenshots.js NAME

import { launch, looks, open, picture } from './browser.js';

const [name] = process.argv.slice(2);
const browser = await launch();
try {
  for (const [look, values] of Object.entries(looks)) {
    const { tab } = await open(browser, name, values);
    await picture(tab, name, look);
  }
} finally {
  await browser.close();
}
