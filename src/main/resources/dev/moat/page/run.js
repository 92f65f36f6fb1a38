// A run of scenarios: verdicts, figures, what took effect how often, links to the pages of traces.

function describe(row) {
  const s = row.scenario;
  const line = (title, texts) => (texts.length === 0 ? '' : el('p', {}, el('b', {}, title + ' '), texts.join(', ')));
  const settings = ['parameters', 'capabilities', 'policies'].flatMap((group) => Object.entries(s[group] ?? {}));
  return el('div', {},
    el('p', {}, s.says),
    ...s.unmet.map((u) => el('p', { class: 'bad' }, u)),
    ...[...s.notes, ...s.warnings].map((n) => el('p', { class: 'quiet' }, n)),
    line('injected:', s.injected),
    line('settings:', settings.map(([name, value]) => name + '=' + value)),
    line('judged:', s.invariants),
    line('witnesses not reached:', s.witnessesNotReached),
    s.violation === null || s.violation.trace.length === 0 ? '' : el('pre', {}, s.violation.trace.join('\n')));
}

function runColumns(data) {
  const violates = (r) => (r.scenario.violation === null ? '' : r.scenario.violation.invariants.join(', '));
  return [
    { title: 'scenario', value: (r) => r.scenario.id },
    { title: 'verdict', value: (r) => r.scenario.verdict, cls: (r) => 'verdict-' + r.scenario.verdict },
    { title: 'expected', value: (r) => (r.scenario.asExpected ? 'yes' : 'NO'), cls: (r) => (r.scenario.asExpected ? '' : 'bad') },
    { title: 'component', value: (r) => r.scenario.component },
    { title: 'states', value: (r) => r.scenario.distinct },
    { title: 'transitions', value: (r) => r.scenario.generated },
    { title: 'depth', value: (r) => r.scenario.depth },
    { title: 'seconds', value: (r) => r.seconds, show: (r) => r.seconds.toFixed(2) },
    { title: 'violates', value: violates },
    {
      title: 'trace',
      value: (r) => (data.pages.includes(r.scenario.id) ? 'trace' : ''),
      show: (r) => (data.pages.includes(r.scenario.id) ? el('a', { href: 'traces/' + encodeURIComponent(r.scenario.id) + '.html' }, 'trace') : ''),
    },
  ];
}

/** How often each action and step took effect in all scenarios of a component together. */
function coverageOf(data, component, kind) {
  const counts = new Map();
  for (const s of data.scenarios.filter((x) => x.component === component)) {
    for (const [name, n] of Object.entries(s.coverage[kind])) {
      counts.set(name, (counts.get(name) ?? 0) + n);
    }
  }
  return [...counts].sort((a, b) => (a[0] < b[0] ? -1 : 1));
}

/** More names than that are for the table and its filter. */
const MOST_NAMED = 12;
const BAR = 16;
const NAME = 330;
const LENGTH = 420;

/** Bars on a logarithmic scale: of what a search meets, much is met a million times. */
function bars(counts) {
  const most = Math.log10(1 + Math.max(1, ...counts.map((c) => c[1])));
  const plot = svg('svg', { class: 'bars', width: NAME + LENGTH + 110, height: counts.length * BAR + 4, role: 'img' });
  counts.forEach(([name, n], i) => {
    const y = i * BAR;
    plot.append(svg('text', { x: NAME - 6, y: y + 12, 'text-anchor': 'end', class: n === 0 ? 'never' : '' }, name),
      svg('rect', { x: NAME, y: y + 2, width: (LENGTH * Math.log10(1 + n)) / most, height: BAR - 4 },
        svg('title', {}, name + ': ' + n.toLocaleString('en'))),
      svg('text', { x: NAME + 4 + (LENGTH * Math.log10(1 + n)) / most, y: y + 12, class: n === 0 ? 'never' : 'count' },
        n === 0 ? 'never' : n.toLocaleString('en')));
  });
  return plot;
}

function coveragePanel(data) {
  const components = [...new Set(data.scenarios.map((s) => s.component))].sort();
  const place = el('div', { id: 'coverage' });
  const draw = (component) => place.replaceChildren(...[['actions', 'Actions and operations begun'], ['steps', 'Steps of operations']]
    .flatMap(([kind, title]) => {
      const counts = coverageOf(data, component, kind);
      const never = counts.filter((c) => c[1] === 0).length;
      return counts.length === 0 ? []
        : [el('h3', {}, title + ': ' + counts.length + ', of which ' + never + ' never took effect in this run'), bars(counts)];
    }));
  if (components.length > 0) {
    draw(components[0]);
  }
  return el('section', {}, el('h2', {}, 'Coverage'),
    el('p', { class: 'quiet' }, 'How often everything took effect, in all scenarios of a component together; logarithmic. '
      + 'A machine has only what its settings switch on.'),
    el('select', { id: 'component', 'aria-label': 'component', onchange: (e) => draw(e.target.value) },
      ...components.map((c) => el('option', { value: c }, c))), place);
}

(() => {
  const data = readData();
  const rows = data.scenarios.map((scenario) => ({ scenario, seconds: data.timing[scenario.id] ?? 0 }));
  const count = (test) => rows.filter(test).length;
  const table = new SortedTable(runColumns(data), rows, describe, 'scenarios');
  const shown = el('span', { class: 'count', id: 'count' });
  const tell = () => {
    shown.textContent = table.shown().length + ' of ' + rows.length;
  };
  const controls = filters([
    { title: 'verdict', values: ['held', 'violated', 'inconclusive'] },
    { title: 'expected', values: ['yes', 'NO'] },
  ], (hasWord, isChosen) => {
    table.fits = (r) => isChosen(0, r.scenario.verdict) && isChosen(1, r.scenario.asExpected ? 'yes' : 'NO')
      && hasWord([r.scenario.id, r.scenario.says, r.scenario.component, ...r.scenario.injected, ...r.scenario.invariants].join(' '));
    table.draw();
    tell();
  });
  controls.append(shown);
  const others = rows.filter((r) => !r.scenario.asExpected).map((r) => r.scenario.id);
  const unexpected = others.length;
  const named = others.slice(0, MOST_NAMED).join(', ') + (unexpected > MOST_NAMED ? ' and ' + (unexpected - MOST_NAMED) + ' more' : '');
  if (unexpected > 0) {
    // What is not as expected comes first: NO before yes.
    table.sort(2);
  }
  tell();
  document.getElementById('page').classList.add('report');
  document.getElementById('page').append(
    el('h1', {}, 'moat check'),
    el('p', { class: 'verdict ' + (unexpected > 0 || data.exit !== 0 ? 'broken' : 'holds'), id: 'verdict' },
      el('b', {}, unexpected === 0 ? 'Everything as expected' : unexpected + ' not as expected: ' + named),
      '. ' + rows.length + (rows.length === 1 ? ' scenario: ' : ' scenarios: ') + ['held', 'violated', 'inconclusive']
        .map((v) => count((r) => r.scenario.verdict === v) + ' ' + v).join(', ') + '. Exit code ' + data.exit + '.'),
    data.failed === null ? '' : el('p', { class: 'bad', id: 'failed' }, 'The run ended early'
      + (data.failed.scenario === null ? '' : ' at ' + data.failed.scenario) + ': ' + data.failed.message),
    controls, el('div', { class: 'wide' }, table.node), coveragePanel(data));
})();
