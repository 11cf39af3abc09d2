// Looks at the operator's page in a real Chromium and prints what it found, as JSON.
// Arguments: the origin of the shop, the folder for screenshots, the path of one payment's page.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const [origin, folder, payment] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const pages = {
  overview: '/x402/console',
  week: '/x402/console?window=7d',
  payments: '/x402/console/payments',
  timeline: payment,
  unknown: '/x402/console/unknown',
  refusals: '/x402/console/refusals',
  endpoints: '/x402/console/endpoints',
};
const shots = { overview: ['light', 'dark'], payments: ['light'], timeline: ['light'] };

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--font-render-hinting=none'],
});
const report = { pages: [], problems: [], violations: [], tabs: [], narrow: [], control: [], bars: 0, labels: 0 };
try {
  for (const colorScheme of ['light', 'dark']) {
    const context = await browser.newContext({
      colorScheme,
      viewport: { width: 1160, height: 860 },
      httpCredentials: { username: 'operator', password: 'operator' },
      locale: 'en-US',
    });
    const page = await context.newPage();
    const problem = (text) => report.problems.push(`${colorScheme} ${page.url()}: ${text}`);
    page.on('console', (message) => ['error', 'warning'].includes(message.type()) && problem(message.text()));
    page.on('pageerror', (error) => problem(error.message));
    page.on('requestfailed', (request) => problem(`failed: ${request.url()}`));
    page.on('response', (response) => response.status() >= 400 && problem(`${response.status()} ${response.url()}`));
    page.on('request', (request) => request.url().startsWith(origin) || problem(`foreign: ${request.url()}`));
    for (const [name, path] of Object.entries(pages)) {
      await page.goto(origin + path, { waitUntil: 'networkidle' });
      report.pages.push({ name, colorScheme, title: await page.title(), scripts: await page.locator('script').count() });
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => globalThis.axe.run(document));
      for (const { id, nodes } of violations) {
        report.violations.push(`${colorScheme} ${name}: ${id} ${nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`);
      }
      if (shots[name]?.includes(colorScheme)) {
        await page.screenshot({ path: `${folder}/console-${name}-${colorScheme}.png`, fullPage: name === 'overview' });
      }
    }
    await page.goto(origin + pages.overview);
    const visible = (selector) => page.locator(selector).evaluateAll((all) =>
      all.filter((each) => each.getBoundingClientRect().height > 1).length);
    report.bars = await visible('svg.chart > rect');
    report.labels = await visible('svg.chart > text');
    // Both checks find something where there is something to find.
    await page.goto(`${origin}/x402/console/endpoints`);
    await page.evaluate(() => document.querySelector('h1').insertAdjacentHTML('afterend', '<img src="//example.com/a.png">'));
    await page.evaluate(axe);
    const found = await page.evaluate(() => globalThis.axe.run(document));
    report.control.push(...found.violations.map(({ id }) => id));
    report.problems = report.problems.filter((text) => !text.includes('example.com') || !report.control.push('csp'));
    await context.close();
  }
  const context = await browser.newContext({
    viewport: { width: 360, height: 740 },
    httpCredentials: { username: 'operator', password: 'operator' },
  });
  const page = await context.newPage();
  for (const [name, path] of Object.entries(pages)) {
    await page.goto(origin + path);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
    if (wide) {
      report.narrow.push(name);
    }
  }
  await page.goto(`${origin}/x402/console/payments`);
  for (let i = 0; i < 14; i++) {
    await page.keyboard.press('Tab');
    report.tabs.push(await page.evaluate(() => {
      const element = document.activeElement;
      const outline = getComputedStyle(element).outlineStyle !== 'none';
      return `${element.tagName.toLowerCase()} ${element.id || element.textContent.trim()}${outline ? '' : ' (no outline)'}`;
    }));
  }
  await page.goto(`${origin}/x402/console/payments`);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  report.skipped = await page.evaluate(() => document.activeElement.id);
  await page.selectOption('#state', 'UNKNOWN');
  await page.click('button[type=submit]');
  await page.waitForURL(/state=UNKNOWN/);
  await page.waitForLoadState();
  report.filtered = await page.locator('tbody .badge').allTextContents();
} finally {
  await browser.close();
}
console.log(JSON.stringify(report));
