// Writes numbers as Grafana's units do, as far as the dashboard uses them.
const DURATIONS = [[60, 1 / 60, ' min'], [1, 1, ' s'], [1e-3, 1e3, ' ms'], [0, 1e6, ' µs']];
const MAGNITUDES = [[1e6, 1e-6, ' Mil'], [1e3, 1e-3, ' K'], [0, 1, '']];

export const COLORS = {
  green: '#73bf69', red: '#f2495c', orange: '#ff9830', blue: '#5794f2', yellow: '#fade2a', purple: '#b877d9',
};

function significant(value) {
  const size = Math.abs(value);
  const digits = size === 0 ? 0 : Math.min(4, Math.max(0, 2 - Math.floor(Math.log10(size))));
  return Number(value.toFixed(digits)).toString();
}

function scaled(value, scales, decimals) {
  const size = Math.abs(value);
  const [, factor, suffix] = size === 0 ? scales.find(([, each]) => each === 1) : scales.find(([from]) => size >= from);
  const number = value * factor;
  return (decimals === undefined ? significant(number) : number.toFixed(decimals)) + suffix;
}

export function format(value, { unit, decimals, mappings = [] }) {
  for (const { type, options } of mappings) {
    if (type === 'value' && options[value] !== undefined) {
      return options[value].text;
    }
  }
  switch (unit) {
    case 's':
      return scaled(value, DURATIONS, value === 0 ? 0 : undefined);
    case 'percentunit':
      return `${decimals === undefined ? significant(value * 100) : (value * 100).toFixed(decimals)}%`;
    case 'reqps':
      return `${scaled(value, MAGNITUDES, decimals)} req/s`;
    case 'locale':
      return value.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
    case 'short':
      return scaled(value, MAGNITUDES, decimals);
    default:
      return unit ? `${scaled(value, MAGNITUDES, decimals)} ${unit}` : scaled(value, MAGNITUDES, decimals);
  }
}

export function thresholdColor(value, { thresholds }) {
  const reached = (thresholds?.steps ?? []).filter((step) => step.value === null || value >= step.value);
  return COLORS[reached.at(-1)?.color] ?? COLORS.green;
}
