// What breaks when an invalidation or a wait is left out: a row for each, a column for each machine.
const MARKS = { needed: 'needed', superfluous: '\u2013', undecided: '?', holds: 'holds', inapplicable: '' };

function markOf(cell) {
  return cell === undefined ? '' : MARKS[cell.answer] ?? cell.answer;
}

function neededDetail(data, row) {
  return el('div', {}, ...row.cells.map((c) => el('p', {},
    el('b', {}, c.variation + ': ' + c.answer), ' ',
    c.violates === undefined ? '' : c.violates + ' after ' + c.actions + (c.actions === 1 ? ' action ' : ' actions '),
    c.scenario === undefined ? '' : '(' + c.scenario + ', ' + c.distinct.toLocaleString('en') + (c.distinct === 1 ? ' state) ' : ' states) '),
    c.heldOnRungs.length > 0 ? 'holds on rungs ' + c.heldOnRungs.join(', ') + ' ' : '',
    data.pages.includes(c.file) ? el('a', { href: 'traces/' + encodeURIComponent(c.file.replace(/\.itf\.json$/, '.html')) }, 'trace') : '')));
}

(() => {
  const data = readData();
  const variations = [...new Set(data.cells.map((c) => c.variation))];
  const omissions = [...new Set(data.cells.map((c) => c.omission))];
  const rows = omissions.map((omission) => ({ omission, cells: data.cells.filter((c) => c.omission === omission) }));
  const cellOf = (row, variation) => row.cells.find((c) => c.variation === variation);
  const table = new SortedTable([
    { title: 'left out', value: (r) => r.omission },
    { title: 'needed in', value: (r) => r.cells.filter((c) => c.answer === 'needed').length },
    ...variations.map((v) => ({
      title: v,
      value: (r) => markOf(cellOf(r, v)),
      cls: (r) => 'answer-' + (cellOf(r, v)?.answer ?? 'none'),
    })),
  ], rows, (row) => neededDetail(data, row), 'cells');
  const shown = el('span', { class: 'count', id: 'count' });
  const tell = () => {
    shown.textContent = table.shown().length + ' of ' + rows.length;
  };
  const controls = filters([{ title: 'answer', values: [...new Set(data.cells.map((c) => c.answer))].sort() }], (hasWord, isChosen) => {
    table.fits = (r) => hasWord([r.omission, ...r.cells.map((c) => c.violates ?? '')].join(' '))
      && (r.cells.some((c) => isChosen(0, c.answer)));
    table.draw();
    tell();
  });
  controls.append(shown);
  tell();
  document.getElementById('page').classList.add('report');
  document.getElementById('page').append(
    el('h1', {}, 'moat needed ' + data.component + (data.iommu === undefined ? '' : ' with ' + data.iommu)),
    data.complete ? '' : el('p', { class: 'bad', id: 'failed' }, 'The run ended early: these are the cells that were settled until then.'),
    el('p', { class: 'quiet' }, 'needed: left out, a promise breaks. \u2013: nothing breaks on any rung. ?: a limit was hit. A click on a row says which promise, and where.'),
    controls, el('div', { class: 'wide' }, table.node));
})();
