// Draws panels that show present values: 'stat' and 'bargauge'.
import { html } from './markup.mjs';
import { format, thresholdColor } from './units.mjs';

const last = ({ points }) => points.at(-1)[1];
const known = (found) => found.filter((series) => last(series) !== null);

export function stat(panel, found, { width, height }) {
  const { defaults } = panel.fieldConfig;
  const shown = known(found);
  const named = shown.length > 1 || panel.options.textMode === 'value_and_name';
  return html`<div class="stats">${shown.map((series) => {
    const text = format(last(series), defaults);
    const size = Math.min(height * 0.55, (width / shown.length) * 0.85 / (text.length * 0.56), 54);
    return html`<div class="stat">${named ? html`<b>${series.name}</b>` : ''}
      <span class="value" style="color:${thresholdColor(last(series), defaults)};font-size:${size.toFixed(0)}px">${text}</span>
    </div>`;
  })}</div>`;
}

export function bargauge(panel, found) {
  const { defaults } = panel.fieldConfig;
  const shown = known(found);
  const max = defaults.max ?? Math.max(...shown.map(last), 1);
  return html`<div class="gauges">${shown.map((series) => {
    const share = Math.max(0, Math.min(1, last(series) / max));
    return html`<span>${series.name}</span><div class="gauge"><div class="bar" style="width:${(share * 100).toFixed(1)}%;
      --share:${share.toFixed(3)}"></div></div><span class="value">${format(last(series), defaults)}</span>`;
  })}</div>`;
}
