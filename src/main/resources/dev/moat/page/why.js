// What breaks when a step is left out, two neighbours are swapped, or a lock is shortened: a row for each edit.
function whyAnswer(row) {
  return row.violates === undefined ? row.answer : row.violates + ' after ' + row.actions + (row.actions === 1 ? ' action' : ' actions');
}

function whyDetail(data, row) {
  const bounds = (row.violates === undefined ? row.held : [row.bounds]).map((n) => data.bounds[n - 1].command);
  return el('div', {}, el('p', {}, el('code', {}, row.edit)),
    row.command === undefined ? '' : el('p', {}, el('code', {}, row.command)),
    ...(row.cases ?? []).map((c) => el('p', {}, 'entry ' + c.entry + (c.with === '' ? '' : ', with ' + c.with) + ': ' + c.answer + ' ', el('code', {}, c.command))),
    row.says.length > 0 ? el('p', {}, row.says.join('; ')) : '',
    row.command === undefined && bounds.length > 0 ? el('p', {}, 'Holds in: ', ...bounds.map((b) => el('code', {}, b + ' '))) : '');
}

(() => {
  const data = readData();
  const table = new SortedTable([
    { title: 'asked', value: (r) => r.asks },
    { title: 'of', value: (r) => r.about },
    { title: 'what breaks', value: whyAnswer, cls: (r) => (r.violates === undefined ? 'answer-superfluous' : 'answer-needed') },
  ], data.rows, (row) => whyDetail(data, row), 'rows');
  const controls = filters([{ title: 'asked', values: [...new Set(data.rows.map((r) => r.asks))] }], (hasWord, isChosen) => {
    table.fits = (r) => hasWord(r.about + ' ' + whyAnswer(r)) && isChosen(0, r.asks);
    table.draw();
  });
  document.getElementById('page').classList.add('report');
  document.getElementById('page').append(
    el('h1', {}, 'moat why ' + data.operation),
    data.complete ? '' : el('p', { class: 'bad', id: 'failed' }, 'The run ended early: these are the answers until then.'),
    el('p', { class: 'quiet' }, 'Properties of scenario ' + data.scenario + '. A click on a row shows the edit and the command.'),
    controls, el('div', { class: 'wide' }, table.node),
    el('h2', {}, 'Bounds'),
    ...data.bounds.map((b) => el('p', {}, el('code', {}, b.command), ' ', b.distinct.toLocaleString('en') + ' states. ',
      Object.entries(b.caught).map(([property, fault]) => property + ' is caught with ' + fault).join(', '))),
    data.uncontrolled.length > 0 ? el('p', {}, 'No control here: ' + data.uncontrolled.join(', ')) : '');
})();
