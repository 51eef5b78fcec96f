// One conversation as a timeline: a bar per communication to the right of its name, moves as arrows between the bars.

const ROW = 46, HEAD = 34, BAR = 20, RIGHT = 118, LEFT = 14;
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400];

export const KINDS = { external: "external party", ivr: "IVR", queue: "queue", user: "agent", phone: "external number" };

export function clock(seconds) {
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, Math.floor(seconds) % 60];
  const two = (n) => String(n).padStart(2, "0");
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

export function svg(name, attributes = {}, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

export function timeline(conversation, width) {
  const parties = conversation.communications;
  const start = Date.parse(conversation.started);
  const times = parties.flatMap((c) => c.states.map((s) => s.at)).concat(conversation.events.map((e) => e.event.eventDateTime));
  const length = Math.max(1, (Math.max(...times.map(Date.parse)) - start) / 1000);
  const inner = Math.max(120, width - LEFT - RIGHT);
  const x = (time) => LEFT + ((Date.parse(time) - start) / 1000 / length) * inner;
  const edge = LEFT + inner;
  const height = HEAD + ROW * parties.length + 6;
  const root = svg("svg", { width, height, role: "img", "aria-label": "Timeline" });
  const row = new Map(parties.map((c, i) => [c.id, HEAD + ROW * i + ROW / 2]));
  root.append(patterns(parties), ...axis(length, inner, height, parties.length, width));
  for (const party of parties) root.append(bar(party, row.get(party.id), x, edge));
  for (const move of moves(conversation)) root.append(...arrow(move, row, x));
  return root;
}

function patterns(parties) {
  const kinds = [...new Set(parties.map((p) => p.kind))];
  return svg("defs", {}, ...kinds.map((kind) => held(kind)));
}

function held(kind) {
  const stripe = svg("path", { d: "M-2 2 L2 -2 M0 8 L8 0 M6 10 L10 6", class: `stripe ${kind}` });
  return svg("pattern", { id: `held-${kind}`, width: 8, height: 8, patternUnits: "userSpaceOnUse" }, stripe);
}

function axis(length, inner, height, rows, width) {
  const step = STEPS.find((s) => length / s <= Math.max(3, inner / 90)) ?? 14400;
  const marks = [];
  for (let at = 0; at <= length; at += step) {
    const x = LEFT + (at / length) * inner;
    marks.push(svg("line", { class: "grid", x1: x, x2: x, y1: HEAD - 6, y2: height }), svg("text", { class: "axis", x: Math.max(x, 16), y: 20 }, clock(at)));
  }
  for (let i = 0; i < rows; i++) marks.push(svg("line", { class: "grid", x1: 0, x2: width, y1: HEAD + ROW * i + 0.5, y2: HEAD + ROW * i + 0.5 }));
  return marks;
}

function bar(party, y, x, edge) {
  const group = svg("g", { class: party.kind });
  party.states.forEach((state, i) => {
    if (state.state === "ended") return;
    const from = x(state.at), next = party.states[i + 1], to = next ? x(next.at) : edge;
    const shape = { class: `bar ${state.state}`, x: from, y: y - BAR / 2, width: Math.max(1.5, to - from), height: BAR, rx: 3 };
    if (state.state === "held") shape.style = `fill: url(#held-${party.kind})`;
    const told = `${party.name}: ${state.state} from ${state.at}${next ? ` to ${next.at}` : ""}`;
    group.append(svg("rect", shape, svg("title", {}, told)));
  });
  const last = party.states.at(-1);
  if (last.state === "ended") {
    const end = x(last.at);
    group.append(svg("line", { class: "end", x1: end, x2: end, y1: y - BAR / 2 - 2, y2: y + BAR / 2 + 2 }), svg("text", { class: "reason", x: end + 7, y }, party.disconnectType));
  } else group.append(svg("text", { class: "still", x: edge + 7, y }, `${last.state} …`));
  return group;
}

// A completed move is drawn where it ended, any other one where its destination came in.
function moves(conversation) {
  const came = new Map(conversation.communications.map((c) => [c.id, c.states[0].at]));
  const transfers = conversation.transfers.filter((t) => t.destination).map((t) => ({
    from: t.initiating, to: t.destination, at: t.final_state === "Completed" ? t.ended : came.get(t.destination),
    style: t.final_state && t.final_state !== "Completed" ? "failed" : "", told: `transfer: ${t.final_state ?? "under way"}`,
  }));
  const consults = conversation.consults.map((c) => ({
    from: c.initiating, to: c.destination, at: c.started, style: "consult", told: `consult from ${c.started}${c.ended ? ` to ${c.ended}` : ""}`,
  }));
  return [...transfers, ...consults];
}

function arrow({ from, to, at, style, told }, row, x) {
  const [down, px] = [row.get(to) > row.get(from), x(at)];
  const y1 = row.get(from) + (down ? BAR / 2 : -BAR / 2), y2 = row.get(to) + (down ? -BAR / 2 - 1 : BAR / 2 + 1);
  const tip = down ? -7 : 7;
  return [
    svg("line", { class: `move ${style}`, x1: px, x2: px, y1, y2: y2 + tip }, svg("title", {}, told)),
    svg("path", { class: `head ${style}`, d: `M${px} ${y2} l-4.5 ${tip} h9 z` }, svg("title", {}, told)),
  ];
}
