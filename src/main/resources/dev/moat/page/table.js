// A table that is sorted by a click on a column's head and filtered by a word and by choices.

/** Text or number to sort by: numbers before texts, each in their own order. */
function compareValues(a, b) {
  if (typeof a === 'number' && typeof b === 'number') {
    return a - b;
  }
  return typeof a === typeof b ? String(a).localeCompare(String(b), 'en') : typeof a === 'number' ? -1 : 1;
}

class SortedTable {
  /**
   * @param {object[]} columns title, value(row) to sort by, show(row) what stands in the cell, cls(row)
   * @param {object[]} rows
   * @param {function} detail what a click on a row opens below it, or null
   */
  constructor(columns, rows, detail, id) {
    this.columns = columns;
    this.rows = rows;
    this.detail = detail;
    this.by = -1;
    this.down = false;
    this.open = new Set();
    this.fits = () => true;
    this.head = el('tr', {});
    this.body = el('tbody', {});
    this.node = el('table', { class: 'sorted', id }, el('thead', {}, this.head), this.body);
    this.draw();
  }

  sort(column) {
    this.down = this.by === column && !this.down;
    this.by = column;
    this.draw();
  }

  shown() {
    const shown = this.rows.filter(this.fits);
    if (this.by >= 0) {
      const value = this.columns[this.by].value;
      const sign = this.down ? -1 : 1;
      // Rows of equal value stay in the order in which they were given.
      shown.sort((a, b) => sign * compareValues(value(a), value(b)));
    }
    return shown;
  }

  draw() {
    this.head.replaceChildren(...this.columns.map((c, i) => el('th', {
      scope: 'col',
      'aria-sort': this.by === i ? (this.down ? 'descending' : 'ascending') : 'none',
    }, button(c.title + (this.by === i ? (this.down ? ' \u25be' : ' \u25b4') : ''), {}, () => this.sort(i)))));
    const rows = [];
    for (const row of this.shown()) {
      rows.push(this.row(row));
      if (this.open.has(row)) {
        rows.push(el('tr', { class: 'detail' }, el('td', { colspan: String(this.columns.length) }, this.detail(row))));
      }
    }
    this.body.replaceChildren(...rows);
  }

  row(row) {
    const cells = this.columns.map((c) => {
      const value = c.show === undefined ? c.value(row) : c.show(row);
      return el('td', { class: (c.cls === undefined ? '' : c.cls(row)) + (typeof c.value(row) === 'number' ? ' figure' : '') },
        typeof value === 'number' ? value.toLocaleString('en') : value);
    });
    return el('tr', {
      class: this.detail === null ? '' : 'opens',
      onclick: (e) => {
        if (this.detail !== null && e.target.closest('a') === null) {
          (this.open.has(row) ? this.open.delete(row) : this.open.add(row));
          this.draw();
        }
      },
    }, ...cells);
  }
}

/** A field for a word and one choice for each list of values; calls back with a test of texts and values. */
function filters(choices, changed) {
  const state = { word: '', chosen: choices.map(() => '') };
  const tell = () => changed(
    (text) => text.toLowerCase().includes(state.word.trim().toLowerCase()),
    (i, value) => state.chosen[i] === '' || state.chosen[i] === value);
  return el('div', { class: 'controls' },
    el('input', {
      type: 'search', id: 'word', placeholder: 'filter by a word', 'aria-label': 'filter by a word',
      oninput: (e) => {
        state.word = e.target.value;
        tell();
      },
    }),
    ...choices.map(({ title, values }, i) => el('select', {
      'aria-label': title,
      id: 'choice-' + i,
      onchange: (e) => {
        state.chosen[i] = e.target.value;
        tell();
      },
    }, el('option', { value: '' }, title + ': all'), ...values.map((v) => el('option', { value: v }, v)))));
}
