// Injected faults against the promises that each must break: a row for each fault, a column for each promise.
(() => {
  const data = readData();
  const components = [...new Set(data.faults.map((f) => f.component))];
  const says = new Map(data.invariants.map((i) => [i.id, i.says]));
  const place = el('div', { class: 'wide' });
  const shown = el('span', { class: 'count', id: 'count' });
  let table = null;
  let hasWord = () => true;

  const detail = (fault) => el('div', {}, el('p', {}, fault.says),
    el('p', {}, el('b', {}, 'stands for: '), fault.bug, el('b', {}, ' \u00b7 shows at: '), fault.at),
    ...fault.breaks.map((id) => el('p', {}, el('b', {}, 'breaks ' + id + ': '), says.get(id) ?? '')));
  const tell = () => {
    table.fits = (f) => hasWord([f.fault, f.says, f.bug, f.at, ...f.breaks].join(' '));
    table.draw();
    shown.textContent = table.shown().length + ' of ' + table.rows.length;
  };
  const draw = (component) => {
    const rows = data.faults.filter((f) => f.component === component);
    const broken = data.invariants.map((i) => i.id).filter((id) => rows.some((f) => f.breaks.includes(id)));
    table = new SortedTable([
      { title: 'fault', value: (f) => f.fault },
      { title: 'shows at', value: (f) => f.at },
      { title: 'breaks', value: (f) => f.breaks.length },
      ...broken.map((id) => ({
        title: id,
        // Those that break it come first.
        value: (f) => (f.breaks.includes(id) ? 0 : 1),
        show: (f) => (f.breaks.includes(id) ? '\u25cf' : ''),
        cls: (f) => 'mark' + (f.breaks.includes(id) ? ' answer-needed' : ''),
      })),
    ], rows, detail, 'faults');
    table.node.classList.add('matrix');
    place.replaceChildren(table.node);
    tell();
  };
  const controls = filters([], (word) => {
    hasWord = word;
    tell();
  });
  controls.prepend(el('select', { id: 'component', 'aria-label': 'component', onchange: (e) => draw(e.target.value) },
    ...components.map((c) => el('option', { value: c }, c))));
  controls.append(shown);
  document.getElementById('page').classList.add('report');
  document.getElementById('page').append(el('h1', {}, 'Injected faults, and what each must break'),
    el('p', { class: 'quiet' }, 'A click on a promise brings the faults that break it to the top; one on a row says what the fault is, and which real bug it stands for.'),
    controls, place);
  draw(components[0]);
})();
