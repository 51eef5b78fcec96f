// The chart of a call: Engage's calls, parties and queues above, the EX conversation's bars below, one axis of time.

function drawChart(figure) {
  const { call } = shown, width = Math.max(300, figure.clientWidth || 300), narrow = width < 640;
  const side = { left: narrow ? 10 : 208, right: narrow ? 92 : 120 };
  const [lane, bar] = narrow ? [40, 44] : [25, 32];
  const x = shown.x = scale(call, side.left, width - side.right);
  const root = svg("svg", { role: "img", "aria-label": `Call ${call.call}: Engage above, the EX conversation below` });
  shown.marks = [];
  let y = 30;
  const rows = [], put = (row, height) => { rows.push({ row, y, height }); y += height; };
  for (const each of call.calls) {
    put({ band: `Engage call · ${each.title}` }, 24);
    for (const one of each.lanes) put({ lane: one }, lane);
  }
  const links = y;
  y += 44;
  put({ band: call.bars.length ? `EX conversation · ${call.conversation}` : "EX: nothing is told of this call" }, 24);
  const place = new Map();
  for (const one of call.bars) { place.set(one.id, y + (narrow ? 30 : bar / 2)); put({ bar: one }, bar); }
  const height = y + (call.suspended === null ? 8 : 24);
  root.setAttribute("viewBox", `0 0 ${width} ${height}`);
  root.setAttribute("height", height);
  root.append(stripes(), ...axis(call, x, side.left, width - side.right, height));
  root.append(svg("line", { class: "cursor", x1: 0, x2: 0, y1: 24, y2: height }));
  for (const { row, y: top, height: tall } of rows) {
    if (row.band) root.append(band(row.band, top, width));
    else root.append(chartRow(row.lane ?? row.bar, row.lane ? "lane" : "bar", { top, tall, width, narrow, x, edge: width - side.right }));
  }
  if (call.suspended !== null) root.append(...suspension(call, x(call.suspended), height));
  for (const move of call.moves) if (place.has(move.from) && place.has(move.to)) root.append(...arrow(move, place, x));
  root.append(...causes(call, x, links, width, narrow));
  figure.replaceChildren(root);
  light(shown.pinned);
}

// Long stretches are squeezed (square root), unless time is to scale: a call is seconds of events in minutes of talk.
function scale(call, left, right) {
  const spans = [...call.calls.flatMap((c) => c.lanes), ...call.bars].flatMap((row) => row.spans);
  const all = [0, call.end, ...spans.flatMap(([since, to]) => [since, to ?? call.end]), ...call.moments.flatMap((m) => [m.at, ...m.told.map((t) => t.at)])];
  const times = [...new Set(all)].sort((a, b) => a - b);
  const places = [0];
  for (let i = 1; i < times.length; i++) places.push(places[i - 1] + (wanted.even ? Math.sqrt(times[i] - times[i - 1]) : times[i] - times[i - 1]));
  const total = places.at(-1) || 1;
  return (time) => {
    let i = times.findIndex((t) => t >= time);
    if (i < 0) i = times.length - 1;
    const [before, after] = [Math.max(0, i - 1), i];
    const share = times[after] === times[before] ? 1 : (time - times[before]) / (times[after] - times[before]);
    return left + ((places[before] + share * (places[after] - places[before])) / total) * (right - left);
  };
}

function axis(call, x, left, right, height) {
  const marks = [], room = 78;
  let last = -Infinity;
  let times = [0, ...call.moments.map((moment) => moment.at), call.end].sort((a, b) => a - b);
  if (!wanted.even) {
    const step = STEPS.find((s) => call.end / 1000 / s <= (right - left) / room) ?? 14400;
    times = Array.from({ length: Math.floor(call.end / 1000 / step) + 1 }, (_, i) => i * step * 1000);
  }
  for (const time of times) {
    const at = x(time), text = Math.max(at, 34);
    if (text - last < room) continue;
    last = text;
    marks.push(svg("line", { class: "grid", x1: at, x2: at, y1: 24, y2: height }), svg("text", { class: "axis", x: text, y: 17 }, clock(call.begin + time, 1)));
  }
  return marks;
}

function stripes() {
  const path = svg("path", { d: "M-2 2 L2 -2 M0 8 L8 0 M6 10 L10 6", class: "stripe" });
  return svg("defs", {}, svg("pattern", { id: "held", width: 8, height: 8, patternUnits: "userSpaceOnUse" }, path));
}

function band(text, top, width) {
  return svg("g", {}, svg("rect", { class: "band", x: 0, y: top, width, height: 22 }), label(text, 10, top + 15, width - 16, "head"));
}

function label(text, x, y, room, style) {
  const most = Math.floor(room / (style === "head" ? 8.2 : 6.3));
  const node = svg("text", { x, y, class: style }, text.length > most ? `${text.slice(0, Math.max(1, most - 1))}…` : text);
  if (text.length > most) node.append(svg("title", {}, text));
  return node;
}

function chartRow(row, kind, { top, tall, width, narrow, x, edge }) {
  const key = kind === "lane" ? row.place : row.id, thick = kind === "lane" ? 12 : 18;
  const middle = narrow ? top + (kind === "lane" ? 27 : 30) : top + tall / 2;
  const group = svg("g", { class: `row ${row.kind}` }, svg("rect", { class: "glow", x: 0, y: top, width, height: tall }));
  const name = row.name, what = row.wrapup ? `${row.what} · wrap-up` : row.what;
  group.append(svg("rect", { class: "dot-kind", x: 10, y: (narrow ? top + 7 : middle - 4), width: 8, height: 8, rx: 2 }));
  const nameAt = narrow ? top + 15 : middle + 4, room = narrow ? width - 40 : 186;
  const taken = Math.min(name.length * 7.9 + 10, room * 0.62);
  group.append(label(name, 24, nameAt, taken * 0.82, "name"), label(what, 24 + taken, nameAt, room - taken, "soft"));
  for (const [since, to, state] of row.spans) {
    const from = x(since), until = to === null ? edge : x(to);
    const told = `${name}: ${state} from ${clock(shown.call.begin + since)}${to === null ? "" : ` to ${clock(shown.call.begin + to)}`}`;
    group.append(svg("rect", { class: `span ${state}`, x: from, y: middle - thick / 2, width: Math.max(1.5, until - from), height: thick, rx: 2.5 }, svg("title", {}, told)));
  }
  const last = row.spans.at(-1);
  if (last) {
    const at = last[1] === null ? edge : x(last[1]), ended = last[1] !== null;
    const text = kind === "bar" ? (ended ? row.how ?? "" : "open …") : (ended ? row.end : "…");
    if (ended && kind === "bar") group.append(svg("line", { class: "tick-end", x1: at, x2: at, y1: middle - thick / 2 - 2, y2: middle + thick / 2 + 2 }));
    group.append(label(text, at + 7, middle + 4, 118, "soft"));
  }
  group.addEventListener("mouseenter", () => lightRow(kind, key));
  group.addEventListener("mouseleave", () => light(shown.pinned));
  group.addEventListener("click", () => { const [first] = lightRow(kind, key); if (first !== undefined) shown.rows.get(first).scrollIntoView({ block: "center" }); });
  shown.marks.push({ node: group, kind, key });
  return group;
}

function arrow({ from, to, at, style, how }, place, x) {
  const down = place.get(to) > place.get(from), px = x(at), tip = down ? -7 : 7;
  const y1 = place.get(from) + (down ? 9 : -9), y2 = place.get(to) + (down ? -10 : 10);
  return [
    svg("line", { class: `arrow ${style}`, x1: px, x2: px, y1, y2: y2 + tip }, svg("title", {}, how)),
    svg("path", { class: `tip ${style}`, d: `M${px} ${y2} l-4.5 ${tip} h9 z` }, svg("title", {}, how)),
  ];
}

function suspension(call, at, height) {
  const right = at > 420, name = `${call.violation}: only ends from here`;
  return [
    svg("line", { class: "suspension", x1: at, x2: at, y1: 24, y2: height }),
    svg("text", { class: "suspension-name", x: right ? at - 6 : at + 6, y: height - 6, "text-anchor": right ? "end" : "start" }, name),
  ];
}

// Between the two sides: every moment above, every event told below, and what caused what.
function causes(call, x, top, width, narrow) {
  const [above, below] = [top + 10, top + 34], nodes = [], lines = [];
  const names = narrow ? [] : [svg("text", { x: 10, y: above + 4, class: "soft" }, "TLib events ● waits over ○"), svg("text", { x: 10, y: below + 4, class: "soft" }, "told to EX")];
  call.moments.forEach((moment, m) => {
    const style = moment.event ? (isSilent(moment) ? "silent" : "") : "waited";
    const heard = svg("circle", { class: `heard ${style}`, cx: x(moment.at), cy: above, r: isSilent(moment) ? 2.5 : 4 }, svg("title", {}, `${clock(call.begin + moment.at)} ${heading(moment)} ${moment.text ?? ""}`));
    heard.addEventListener("mouseenter", () => light({ m, k: null }));
    heard.addEventListener("mouseleave", () => light(shown.pinned));
    heard.addEventListener("click", () => shown.rows.get(m).scrollIntoView({ block: "center" }));
    nodes.push(heard);
    shown.marks.push({ node: heard, kind: "link", m, k: null });
    moment.told.forEach((told, k) => {
      const line = svg("line", { class: "cause", x1: x(moment.at), y1: above, x2: x(told.at), y2: below });
      const said = svg("circle", { class: "said", cx: x(told.at), cy: below, r: 3 }, svg("title", {}, `${clock(call.begin + told.at)} ${told.text}`));
      said.addEventListener("mouseenter", () => light({ m, k }));
      said.addEventListener("mouseleave", () => light(shown.pinned));
      lines.push(line);
      nodes.push(said);
      shown.marks.push({ node: line, kind: "link", m, k }, { node: said, kind: "link", m, k });
    });
  });
  return [...names, ...lines, ...nodes];
}

// ── A picture of the chart alone

function savePicture(chart, name, title) {
  const copy = chart.cloneNode(true), originals = chart.querySelectorAll("*");
  const kept = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-opacity", "stroke-dasharray", "font-family", "font-size", "font-weight", "text-anchor", "visibility"];
  copy.querySelectorAll("*").forEach((node, i) => {
    const style = getComputedStyle(originals[i]);
    for (const property of kept) node.style.setProperty(property, style.getPropertyValue(property));
  });
  const { width, height: drawn } = chart.getBoundingClientRect(), height = drawn + 30;
  const style = getComputedStyle(document.body);
  copy.append(svg("text", { x: 10, y: -10, style: `font: 600 13px ${style.fontFamily}; fill: ${style.color}` }, title));
  for (const [key, value] of Object.entries({ width, height, viewBox: `0 -30 ${width} ${height}` })) copy.setAttribute(key, value);
  copy.style.background = getComputedStyle(chart.parentNode).backgroundColor;
  const image = new Image();
  image.addEventListener("load", () => {
    const canvas = html("canvas", { width: width * 2, height: height * 2 });
    canvas.getContext("2d").drawImage(image, 0, 0, width * 2, height * 2);
    canvas.toBlob((blob) => html("a", { href: URL.createObjectURL(blob), download: `call-${name}.png` }).click());
  });
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`;
}
