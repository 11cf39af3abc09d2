// Looks at the console in a real Chromium and prints what it found, as JSON.
// Arguments: the origin of the shop, the folder for screenshots, the path of one payment's page, and the origin of a
// shop with simulated money.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const [origin, folder, payment, simulated] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const widths = [360, 768, 1440];
const pages = {
  overview: '/x402/console',
  week: '/x402/console?window=7d',
  month: '/x402/console?window=30d',
  payments: '/x402/console/payments',
  timeline: payment,
  unknown: '/x402/console/unknown',
  refusals: '/x402/console/refusals',
  endpoints: '/x402/console/endpoints',
  simulated: `${simulated}/x402/console`,
};
const refusals = {
  401: { path: '/x402/console' },
  403: { path: '/x402/console', user: 'reader' },
  404: { path: '/x402/console/nowhere', user: 'operator' },
  400: { path: '/x402/console/payments?state=none', user: 'operator' },
};
const shots = { overview: ['light', 'dark'], payments: ['light'], timeline: ['light'] };
const phone = { overview: ['light'] };

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--font-render-hinting=none'],
});
const report = {
  pages: [], refusals: [], problems: [], violations: [], layout: [], tabs: [], control: [], links: [], bars: 0, labels: 0,
};
const url = (path) => (path.startsWith('/') ? origin + path : path);
const open = (options, user) => browser.newContext({
  locale: 'en-US',
  httpCredentials: user && { username: user, password: user },
  ...options,
});

// What a person cannot read or reach: runs in the page.
function unreadable() {
  const found = [];
  const root = document.documentElement;
  const name = (element) => `${element.tagName.toLowerCase()}.${element.getAttribute('class') ?? ''}`;
  const width = root.clientWidth;
  if (root.scrollWidth > width) {
    found.push(`the page scrolls by ${root.scrollWidth - width}`);
  }
  for (const scrolled of document.querySelectorAll('.scroll')) {
    if (scrolled.scrollWidth > scrolled.clientWidth && width < 400) {
      found.push(`a table scrolls: ${scrolled.textContent.trim().slice(0, 40)}`);
    }
  }
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    const range = document.createRange();
    range.selectNodeContents(texts.currentNode);
    const box = range.getBoundingClientRect();
    if (!texts.currentNode.data.trim() || box.width === 0) {
      continue;
    }
    const scale = element.getScreenCTM?.().a ?? 1;
    if (parseFloat(getComputedStyle(element).fontSize) * scale < 12) {
      found.push(`small: ${name(element)} ${texts.currentNode.data.slice(0, 40)}`);
    }
    const inside = element.closest('.skip, .stack thead, .scroll:not(.stack)');
    if (!inside && (box.right > width + 1 || box.left < -1)) {
      found.push(`cut off: ${name(element)} ${texts.currentNode.data.slice(0, 40)}`);
    }
  }
  for (const element of document.body.querySelectorAll('*')) {
    for (const pseudo of ['::before', '::after']) {
      const style = getComputedStyle(element, pseudo);
      if (!['none', 'normal', '""'].includes(style.content) && parseFloat(style.fontSize) < 12) {
        found.push(`small: ${name(element)}${pseudo}`);
      }
    }
  }
  for (const plot of document.querySelectorAll('svg.plot, svg.scale')) {
    const boxes = [...plot.querySelectorAll('text')].map((text) => text.getBoundingClientRect()).filter((box) => box.width);
    boxes.forEach((box, index) => boxes.slice(index + 1).forEach((other) => {
      if (box.left < other.right && other.left < box.right && box.top < other.bottom && other.top < box.bottom) {
        found.push(`labels overlap at ${Math.round(box.left)}`);
      }
    }));
  }
  return [...new Set(found)];
}

async function look(page, title) {
  await page.evaluate(() => document.querySelectorAll('details').forEach((each) => { each.open = true; }));
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document));
  for (const { id, nodes } of violations) {
    report.violations.push(`${title}: ${id} ${nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`);
  }
  report.layout.push(...(await page.evaluate(unreadable)).map((text) => `${title}: ${text}`));
}

async function picture(path, options, name, fullPage) {
  const context = await open(options, 'operator');
  const page = await context.newPage();
  await page.goto(url(path));
  await page.screenshot({ path: `${folder}/console-${name}.png`, fullPage });
  await context.close();
}

try {
  const first = await open({}, 'operator');
  for (const home of [origin, simulated]) {
    const page = await first.newPage();
    do {
      await page.goto(`${home}${pages.month}`);
    } while (await page.getByText('counting …').count());
  }
  await first.close();
  for (const colorScheme of ['light', 'dark']) {
    for (const width of widths) {
      const context = await open({ colorScheme, viewport: { width, height: 860 } }, 'operator');
      const page = await context.newPage();
      const problem = (text) => report.problems.push(`${colorScheme} ${width} ${page.url()}: ${text}`);
      page.on('console', (message) => ['error', 'warning'].includes(message.type()) && problem(message.text()));
      page.on('pageerror', (error) => problem(error.message));
      page.on('requestfailed', (request) => problem(`failed: ${request.url()}`));
      page.on('response', (response) => response.status() >= 400 && problem(`${response.status()} ${response.url()}`));
      page.on('request', (request) => [origin, simulated].some((home) => request.url().startsWith(home))
        || problem(`foreign: ${request.url()}`));
      for (const [name, path] of Object.entries(pages)) {
        await page.goto(url(path));
        report.pages.push({
          name, colorScheme, width, title: await page.title(), scripts: await page.locator('script').count(),
          simulated: await page.locator('.simulated').count(),
        });
        await look(page, `${colorScheme} ${width} ${name}`);
      }
      if (width === widths[0]) {
        await page.goto(url(pages.overview));
        const visible = (selector) => page.locator(selector).evaluateAll((all) =>
          all.filter((each) => each.getBoundingClientRect().height > 1).length);
        report.bars = await visible('svg.plot > rect');
        report.labels = await visible('svg.plot > text');
        // The checks find something where there is something to find.
        await page.goto(url(pages.endpoints));
        await page.evaluate(() => {
          document.querySelector('h1').insertAdjacentHTML('afterend', '<img src="//example.com/a.png">');
          const text = document.querySelector('h1').nextElementSibling.insertAdjacentElement('afterend', document.createElement('p'));
          text.textContent = 'wide and small';
          text.style.width = '2000px';
          text.style.fontSize = '11.9px';
        });
        await page.evaluate(axe);
        const found = await page.evaluate(() => globalThis.axe.run(document));
        report.control.push(...found.violations.map(({ id }) => id), ...(await page.evaluate(unreadable)));
        report.problems = report.problems.filter((text) => !text.includes('example.com') || !report.control.push('csp'));
      }
      await context.close();
      for (const [status, { path, user }] of Object.entries(refusals)) {
        const refused = await open({ colorScheme, viewport: { width, height: 860 } }, user);
        const refusal = await refused.newPage();
        // The browser would ask for a password, and show the page only to those who cancel.
        await refusal.route(url(path), async (route) => {
          const answer = await route.fetch();
          const { 'www-authenticate': challenge, ...headers } = answer.headers();
          await route.fulfill({ response: answer, headers });
        });
        const response = await refusal.goto(url(path));
        report.refusals.push({
          status, actual: response.status(), heading: await refusal.locator('h1').textContent(),
          styled: await refusal.evaluate(() => document.styleSheets.length),
        });
        await look(refusal, `${colorScheme} ${width} ${status}`);
        await refused.close();
      }
    }
    for (const [name, schemes] of Object.entries(shots)) {
      if (schemes.includes(colorScheme)) {
        await picture(pages[name], { colorScheme, viewport: { width: 1160, height: 860 } }, `${name}-${colorScheme}`,
          name === 'overview');
      }
    }
    for (const [name, schemes] of Object.entries(phone)) {
      if (schemes.includes(colorScheme)) {
        await picture(pages[name], { colorScheme, viewport: { width: 360, height: 740 }, deviceScaleFactor: 2 },
          `phone-${colorScheme}`, false);
      }
    }
  }
  const context = await open({ viewport: { width: 360, height: 740 } }, 'operator');
  const page = await context.newPage();
  await page.goto(url(payment));
  report.links = await page.locator('a[href^="http"]').evaluateAll((all) => all.map((each) => `${each.rel} ${each.href}`));
  await page.goto(url(pages.payments));
  for (let i = 0; i < 14; i++) {
    await page.keyboard.press('Tab');
    report.tabs.push(await page.evaluate(() => {
      const element = document.activeElement;
      const outline = getComputedStyle(element).outlineStyle !== 'none';
      return `${element.tagName.toLowerCase()} ${element.id || element.textContent.trim()}${outline ? '' : ' (no outline)'}`;
    }));
  }
  await page.goto(url(pages.payments));
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
