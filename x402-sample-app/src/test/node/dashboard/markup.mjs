// Markup in which every text is escaped, unless it is markup itself.
const ESCAPED = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

class Markup {
  constructor(text) {
    this.text = text;
  }

  toString() {
    return this.text;
  }
}

function escaped(value) {
  if (value instanceof Markup) {
    return value.text;
  }
  if (Array.isArray(value)) {
    return value.map(escaped).join('');
  }
  return String(value ?? '').replace(/[&<>"']/g, (character) => ESCAPED[character]);
}

export function html(strings, ...values) {
  return new Markup(strings.reduce((text, string, i) => text + escaped(values[i - 1]) + string));
}
