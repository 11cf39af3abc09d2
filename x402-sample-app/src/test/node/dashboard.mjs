// Draws a dashboard of Grafana with what Prometheus answered, looks at it in a real Chromium, and prints what it found, as JSON.
// Arguments: the file with the dashboard and the answers, the file for the picture.
import { readFileSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { page as draw } from './dashboard/page.mjs';

const [file, picture] = process.argv.slice(2);
const figures = JSON.parse(readFileSync(file, 'utf8'));

function look() {
  const boxes = [...document.querySelectorAll('.panel')].map((panel) => ({ panel, box: panel.getBoundingClientRect() }));
  const title = (panel) => panel.querySelector('h2').textContent;
  const inside = (inner, outer) => inner.left >= outer.left - 1 && inner.right <= outer.right + 1
    && inner.top >= outer.top - 1 && inner.bottom <= outer.bottom + 1;
  const cut = (each) => each.clientWidth > 0 && each.scrollWidth > each.clientWidth + 1;
  const spilled = ({ panel, box }) => [...panel.querySelectorAll('*')]
    .filter((each) => !inside(each.getBoundingClientRect(), box) || cut(each));
  const apart = (a, b) => a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
  const visible = (each) => each.getBoundingClientRect().width > 0;
  return {
    panels: boxes.map(({ panel }) => ({
      title: title(panel),
      type: panel.dataset.type,
      series: [...panel.querySelectorAll('.series')].filter(visible).length,
      values: [...panel.querySelectorAll('.value, .legend td')].map((each) => each.textContent.trim()).filter(Boolean),
      empty: panel.querySelector('.empty') !== null,
    })),
    spilled: boxes.filter((each) => spilled(each).length > 0).map(({ panel }) => title(panel)),
    overlapping: boxes.flatMap((a, i) => boxes.slice(i + 1).filter((b) => !apart(a.box, b.box))
      .map((b) => `${title(a.panel)} / ${title(b.panel)}`)),
    elements: [...new Set([...document.body.querySelectorAll('*')].map((each) => each.localName))],
    wide: document.documentElement.scrollWidth > document.documentElement.clientWidth,
  };
}

/** A dashboard in which something is wrong wherever it can be. */
function broken() {
  const copy = structuredClone(figures);
  const [first, second] = copy.dashboard.panels.filter(({ type }) => type === 'timeseries');
  first.title = '<script>alert(1)</script>"\'><img src=x onerror=alert(1)>';
  second.gridPos = { ...first.gridPos, x: first.gridPos.x + 1, w: 4 };
  Object.values(copy.answers[first.id]).forEach((answer) => answer.splice(0));
  return copy;
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--font-render-hinting=none'],
});
try {
  const tab = await browser.newPage({ viewport: { width: 1600, height: 1000 }, locale: 'en-US' });
  const problems = [];
  tab.on('console', (message) => problems.push(message.text()));
  tab.on('pageerror', (error) => problems.push(error.message));
  tab.on('request', (request) => problems.push(`foreign: ${request.url()}`));
  await tab.setContent(draw(figures));
  await tab.screenshot({ path: picture, fullPage: true });
  const report = { ...await tab.evaluate(look), problems: [...problems] };
  await tab.setContent(draw(broken()));
  report.control = await tab.evaluate(look);
  console.log(JSON.stringify(report));
} finally {
  await browser.close();
}
