// Draws panels of type 'timeseries': lines, areas and bars, stacked or not.
import { html } from './markup.mjs';
import { format } from './units.mjs';

const PALETTE = ['#73bf69', '#f2cc0c', '#8ab8ff', '#ff780a', '#f2495c', '#5794f2', '#b877d9', '#c4a000', '#37872d', '#e0b0ff',
  '#447ebc', '#c15c17'];
const STEPS_OF_TIME = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600];
const CHARACTER = 6.6;
const ROW = 22;
const TOP = 8;
const BOTTOM = 22;

function scale(max) {
  const rough = (max || 1) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((each) => each * power).find((each) => each >= rough * 0.999);
  const count = Math.max(1, Math.ceil((max || 1) / step - 1e-9));
  return { top: step * count, ticks: Array.from({ length: count + 1 }, (_, i) => Number((i * step).toPrecision(6))) };
}

/** Puts the series one upon the other; each point knows where it begins and ends. */
function stacked(series, stacking) {
  const reached = new Map();
  return series.map(({ points }) => points.map(([time, value]) => {
    const from = stacking ? reached.get(time) ?? 0 : 0;
    reached.set(time, from + (value ?? 0));
    return { time, from, to: value === null ? null : from + value };
  }));
}

function pieces(points) {
  const found = [[]];
  points.forEach((point) => (point.to === null ? found.push([]) : found.at(-1).push(point)));
  return found.filter((piece) => piece.length > 0);
}

function line(piece, x, y, edge, interpolation) {
  return piece.map((point, i) => {
    const to = `${x(point.time).toFixed(1)},${y(point[edge]).toFixed(1)}`;
    const before = i > 0 && interpolation === 'stepAfter'
      ? `L${x(point.time).toFixed(1)},${y(piece[i - 1][edge]).toFixed(1)}` : '';
    return `${before}${i === 0 ? 'M' : 'L'}${to}`;
  }).join('');
}

function area(piece, x, y, interpolation) {
  const floor = line([...piece].reverse(), x, y, 'from').replace('M', 'L');
  return `${line(piece, x, y, 'to', interpolation)}${floor}Z`;
}

function drawLine(points, color, custom, x, y) {
  return pieces(points).map((piece) => html`<path d="${area(piece, x, y, custom.lineInterpolation)}" fill="${color}"
    fill-opacity="${custom.fillOpacity / 100}"/><path class="series" d="${line(piece, x, y, 'to', custom.lineInterpolation)}"
    fill="none" stroke="${color}" stroke-width="${custom.lineWidth}" stroke-linejoin="round"/>`);
}

function drawBars(points, color, custom, x, y) {
  const width = points.length > 1 ? Math.max(1, (x(points[1].time) - x(points[0].time)) * 0.8) : 8;
  return points.filter(({ to }) => to !== null).map(({ time, from, to }) => html`<rect class="series"
    x="${(x(time) - width / 2).toFixed(1)}" y="${y(to).toFixed(1)}" width="${width.toFixed(1)}"
    height="${Math.max(0, y(from) - y(to)).toFixed(1)}" fill="${color}" fill-opacity="${custom.fillOpacity / 100}"
    stroke="${color}" stroke-width="${to > from ? custom.lineWidth : 0}"/>`);
}

function clock(time, seconds) {
  return new Date(time * 1000).toISOString().slice(11, seconds ? 19 : 16);
}

function axes(ticks, x, y, { width, left, from, to, defaults }) {
  const step = STEPS_OF_TIME.find((each) => (to - from) / each <= (width - left) / 70) ?? 7200;
  const times = [];
  for (let time = Math.ceil(from / step) * step; time <= to; time += step) {
    times.push(time);
  }
  return [
    ticks.map((tick) => html`<line x1="${left}" x2="${width}" y1="${y(tick)}" y2="${y(tick)}" class="grid"/>
      <text x="${left - 8}" y="${y(tick) + 4}" text-anchor="end">${format(tick, defaults)}</text>`),
    times.map((time) => html`<line x1="${x(time)}" x2="${x(time)}" y1="${TOP}" y2="${y(0)}" class="grid"/>
      ${x(time) > left + 24 && x(time) < width - 24
    ? html`<text x="${x(time)}" y="${y(0) + 17}" text-anchor="middle">${clock(time, step < 60)}</text>` : ''}`),
  ];
}

const CALCS = {
  lastNotNull: ['Last *', (values) => values.at(-1)],
  max: ['Max', (values) => Math.max(...values)],
  mean: ['Mean', (values) => values.reduce((sum, each) => sum + each, 0) / values.length],
};

function legend(series, options, defaults) {
  const calcs = options.calcs.map((name) => CALCS[name]);
  const rows = series.map(({ name, color, values }) => (
    { color, cells: [name, ...calcs.map(([, calc]) => format(calc(values), defaults))] }));
  const head = ['Name', ...calcs.map(([name]) => name)];
  const columns = head.map((text, i) => Math.max(text.length, ...rows.map(({ cells }) => cells[i].length)));
  const table = html`<table class="legend"><tr>${head.map((text) => html`<th>${text}</th>`)}</tr>
    ${rows.map(({ color, cells: [name, ...values] }) => html`<tr><td><i style="background:${color}"></i>${name}</td>
      ${values.map((text) => html`<td>${text}</td>`)}</tr>`)}</table>`;
  return { table, width: columns.reduce((sum, each) => sum + each * CHARACTER + 12, 36) };
}

export function timeseries(panel, found, { from, to, width, height }) {
  const { defaults } = panel.fieldConfig;
  const custom = defaults.custom;
  const series = found.map(({ name, points }, i) => ({
    name, points, color: PALETTE[i % PALETTE.length], values: points.map(([, value]) => value).filter((value) => value !== null),
  })).filter(({ values }) => values.length > 0);
  const right = panel.options.legend.placement === 'right';
  const { table, width: wide } = legend(series, panel.options.legend, defaults);
  const side = right ? Math.min(width * 0.5, wide) : 0;
  const chart = { width: width - side, height: height - (right ? 0 : ROW * (series.length + 1) + 4) };
  const layers = stacked(series, custom.stacking.mode === 'normal');
  const { top, ticks } = scale(defaults.max ?? Math.max(...layers.flat().map((point) => point.to ?? 0)));
  const left = 16 + CHARACTER * Math.max(...ticks.map((tick) => format(tick, defaults).length));
  const y = (value) => chart.height - BOTTOM - (value / top) * (chart.height - BOTTOM - TOP);
  const x = (time) => left + ((time - from) / (to - from)) * (chart.width - left - 6);
  const draw = custom.drawStyle === 'bars' ? drawBars : drawLine;
  return html`<div class="${right ? 'beside' : 'above'}">
    <svg width="${chart.width}" height="${chart.height}" role="img" aria-label="${panel.title}">
      ${axes(ticks, x, y, { width: chart.width, left, from, to, defaults })}
      ${layers.map((points, i) => draw(points, series[i].color, custom, x, y))}
    </svg>${table}</div>`;
}
