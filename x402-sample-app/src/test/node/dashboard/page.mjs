// Lays a dashboard out as Grafana does: 24 columns, rows of 30 pixels, 8 pixels between them.
import { html } from './markup.mjs';
import { timeseries } from './timeseries.mjs';
import { bargauge, stat } from './values.mjs';

const WIDTH = 1600;
const MARGIN = 16;
const GAP = 8;
const CELL = 30;
const TITLE = 32;
const COLUMN = (WIDTH - 2 * MARGIN + GAP) / 24;
const TYPES = { timeseries, stat, bargauge };

function box({ x, y, w, h }) {
  return { left: MARGIN + x * COLUMN, top: y * (CELL + GAP), width: w * COLUMN - GAP, height: h * (CELL + GAP) - GAP };
}

function named(legendFormat, metric) {
  return (legendFormat ?? '').replace(/\{\{\s*(\w+)\s*}}/g, (text, label) => metric[label] ?? '').trim();
}

function value(text) {
  const number = Number(text);
  return Number.isFinite(number) ? number : null;
}

/** Prometheus leaves out the steps at which there is nothing; lines have to break there. */
function points(series, answer) {
  if (!series.values) {
    return [[Number(series.value[0]), value(series.value[1])]];
  }
  const known = new Map(series.values);
  const times = new Set(answer.flatMap((each) => each.values).map(([time]) => time));
  return [...times].sort((a, b) => a - b).map((time) => [time, known.has(time) ? value(known.get(time)) : null]);
}

function series(panel, answers) {
  return panel.targets.flatMap(({ refId, legendFormat }) => answers[refId].map((each) => ({
    name: named(legendFormat, each.metric), points: points(each, answers[refId]),
  })));
}

function body(panel, answers, range, size) {
  const found = series(panel, answers).filter((each) => each.points.some(([, number]) => number !== null));
  return found.length === 0 ? html`<div class="empty">No data</div>` : TYPES[panel.type](panel, found, { ...range, ...size });
}

function card(panel, figures) {
  const { left, top, width, height } = box(panel.gridPos);
  const style = `left:${left.toFixed(1)}px;top:${top}px;width:${width.toFixed(1)}px;height:${height}px`;
  if (panel.type === 'row') {
    return html`<section class="panel row" data-type="row" style="${style}"><h2>${panel.title}</h2></section>`;
  }
  const size = { width: width - 18, height: height - TITLE - 8 };
  return html`<section class="panel" data-type="${panel.type}" style="${style}"><h2>${panel.title}</h2>
    ${body(panel, figures.answers[panel.id], figures, size)}</section>`;
}

function toolbar({ dashboard, from, to }) {
  const time = (seconds) => new Date(seconds * 1000).toISOString().slice(11, 19);
  const variables = dashboard.templating.list.filter(({ type }) => type === 'query');
  return html`<header><h1>${dashboard.title}</h1>${variables.map(({ label, current }) => html`<span class="variable">
    <b>${label}</b>${current.text}</span>`)}<span class="time">${time(from)} to ${time(to)} UTC</span></header>`;
}

const STYLE = `
  * { box-sizing: border-box; }
  body { margin: 0; width: ${WIDTH}px; background: #111217;
    color: #ccccdc; font: 13px/1.3 Inter, 'Liberation Sans', Arial, sans-serif; }
  header { height: 62px; padding: 0 ${MARGIN}px; display: flex; align-items: center; gap: 10px; }
  h1 { font-size: 20px; font-weight: 500; margin: 0 18px 0 0; }
  .variable { border: 1px solid #2f3037; border-radius: 2px; background: #181b1f; padding: 7px 12px; }
  .variable b { font-weight: 500; color: #6e9fff; margin-right: 10px; }
  .time { margin-left: auto; border: 1px solid #2f3037; border-radius: 2px; background: #181b1f; padding: 7px 12px; }
  main { position: relative; }
  .panel { position: absolute; background: #181b1f; border: 1px solid #25272c; border-radius: 3px;
    padding: 0 8px; overflow: hidden; }
  .panel h2 { font-size: 14px; font-weight: 500; line-height: ${TITLE}px; margin: 0; white-space: nowrap; }
  .row { background: none; border: 0; padding: 0; }
  .row h2 { font-size: 16px; line-height: 30px; }
  .row h2::before { content: ''; display: inline-block; border: solid #ccccdc; border-width: 0 1.5px 1.5px 0;
    width: 7px; height: 7px; transform: rotate(45deg); margin: 0 12px 3px 4px; }
  .beside { display: flex; align-items: flex-start; }
  .beside svg { flex: none; }
  svg text { fill: #9d9fac; font-size: 12px; }
  .grid { stroke: #ccccdc; stroke-opacity: .08; }
  .legend { border-collapse: collapse; width: 100%; font-size: 12px; }
  .beside .legend { margin: 4px 0 0 12px; flex: 1; width: auto; }
  .legend tr { height: 22px; border-bottom: 1px solid #22252b; }
  .legend td, .legend th { padding: 0 6px; text-align: right; white-space: nowrap; font-weight: 400; }
  .legend th { color: #6e9fff; }
  .legend td:first-child, .legend th:first-child { text-align: left; width: 99%; }
  .legend i { display: inline-block; width: 14px; height: 4px; border-radius: 2px; margin: 0 8px 3px 0; }
  .stats { display: flex; height: calc(100% - ${TITLE + 8}px); align-items: center; justify-content: space-around; }
  .stat { display: flex; align-items: center; gap: 18px; line-height: 1; font-weight: 500; }
  .stat b { font-size: 24px; font-weight: 500; }
  .gauges { display: grid; grid-template-columns: max-content 1fr max-content; gap: 8px 14px; align-items: stretch;
    height: calc(100% - ${TITLE + 10}px); font-size: 15px; }
  .gauges > span { align-self: center; }
  .gauges .value { text-align: right; font-size: 20px; color: #8ab8ff; }
  .gauge { background: #22252b; border-radius: 2px; }
  .bar { height: 100%; border-radius: 2px; border-right: 2px solid #b877d9; background: linear-gradient(90deg, #1f3a7a, #7d5bd0); }
  .empty { color: #8e8e9c; text-align: center; padding-top: 60px; }`;

export function page(figures) {
  const boxes = figures.dashboard.panels.map((panel) => box(panel.gridPos));
  const height = Math.max(...boxes.map((each) => each.top + each.height)) + MARGIN;
  return html`<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>${figures.dashboard.title}</title></head>
    <body>${toolbar(figures)}<main style="height:${height}px">
    ${figures.dashboard.panels.map((panel) => card(panel, figures))}</main></body></html>`.toString()
    .replace('</head>', () => `<style>${STYLE}</style></head>`);
}
