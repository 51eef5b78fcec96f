// The chosen call: what became of it, what came and what was told, and what lights up together.

function choose() {
  const uuid = decodeURIComponent(location.hash.slice(1));
  const chosen = page.calls.find((call) => call.call === uuid) ?? page.calls[0];
  drawList(chosen);
  if (!chosen) return $("call").replaceChildren(html("p", { class: "empty" }, "No call in these logs."));
  const call = read(chosen.element);
  shown = { call, rows: new Map(), marks: [], items: [], pinned: null };
  drawCall();
  document.querySelector("#list [aria-current]")?.scrollIntoView({ block: "nearest" });
}

function drawCall() {
  const { call } = shown;
  const figure = html("figure");
  const even = html("button", { type: "button", "aria-pressed": String(!wanted.even), title: "Long stretches take as much room as they lasted" }, "Time to scale");
  even.addEventListener("click", () => { wanted.even = !wanted.even; even.setAttribute("aria-pressed", String(!wanted.even)); drawChart(figure); });
  const save = html("button", { type: "button" }, "Save picture");
  save.addEventListener("click", () => savePicture(figure.querySelector("svg"), call.call, inWords(call)));
  const list = moments(call);
  const led = html("button", { type: "button", "aria-pressed": String(!wanted.led) }, "All events");
  led.addEventListener("click", () => { wanted.led = !wanted.led; led.setAttribute("aria-pressed", String(!wanted.led)); list.classList.toggle("led", wanted.led); });
  list.classList.toggle("led", wanted.led);
  const silent = call.moments.filter((moment) => isSilent(moment)).length;
  $("call").replaceChildren(html("article", {},
    html("div", { class: "title" },
      html("h2", {}, `${new Date(call.begin).toISOString().slice(0, 10)} ${clock(call.begin)} UTC`),
      html("span", { class: `chip ${call.outcome}` }, call.outcome),
      call.flow ? html("span", { class: "flow" }, `${call.flow} `, html("span", { class: "note" }, call.flow_name ?? "")) : null,
      html("span", { class: "note" }, `${call.kind} · ${duration(call.end)} · ${call.events} events told`)),
    html("div", { class: "ids" }, html("span", {}, "call ", html("code", {}, call.call)),
      call.events ? html("span", {}, "conversation ", html("code", {}, call.conversation)) : null),
    call.violation || call.reason ? violation(call) : null,
    html("div", { class: "tools" }, even, save, legend(call)), figure,
    html("h3", {}, "What came, and what was told"),
    html("div", { class: "tools" }, led, html("span", { class: "note" }, wanted.led ? `${silent} events that led to nothing are hidden` : "")),
    html("div", { class: "heads", "aria-hidden": "true" }, html("span", {}, "time (UTC)"), html("span", {}, "TLib event"), html("span", {}, "told to EX")),
    list));
  led.addEventListener("click", () => { led.nextSibling.textContent = wanted.led ? `${silent} events that led to nothing are hidden` : ""; });
  drawChart(figure);
}

function inWords(call) {
  const found = call.violation ? `${call.violation} ${call.violation_name}` : "";
  return [`${new Date(call.begin).toISOString().slice(0, 10)} ${clock(call.begin)} UTC`, call.outcome, call.flow, found].filter(Boolean).join(" · ");
}

function violation(call) {
  const what = call.violation ? `${call.violation}, ${call.violation_name}: ` : "";
  const then = call.outcome === "suspended" ? " From then on only ends are told." : call.outcome === "ignored" ? " EX never heard of the call." : "";
  return html("p", { class: "violation" }, html("b", {}, what), `${call.reason ?? ""}.${then}`);
}

function legend(call) {
  const states = new Set([...call.calls.flatMap((c) => c.lanes), ...call.bars].flatMap((row) => row.spans.map((span) => span[2])));
  const known = [["connected", "connected"], ["alerting", "alerting, dialing"], ["held", "held"], ["queued", "queued, routing, treatment"]];
  const swatch = (state, told) => html("span", {}, svg("svg", { class: "user", "aria-hidden": "true" }, svg("rect", { x: 1, y: 1, width: 24, height: 8, rx: 2, class: `span ${state}` })), told);
  const has = (state) => states.has(state) || (state === "alerting" && states.has("dialing")) || (state === "queued" && (states.has("routing") || states.has("treatment")));
  return html("div", { class: "legend" }, ...known.filter(([state]) => has(state)).map(([state, told]) => swatch(state, told)));
}

// ── What came and what was told

const isSilent = (moment) => !moment.told.length && !moment.violation;

function moments(call) {
  return html("ol", { class: "moments" }, ...call.moments.map((moment, m) => {
    const at = clock(call.begin + moment.at);
    const left = html("div", {}, item({ m, k: null }, html("span", {}, html("b", {}, heading(moment)), " ", moment.event ? moment.text : html("span", { class: "note" }, begun(call, moment))), () => eventDetails(call, moment)));
    if (moment.violation) left.append(html("p", { class: "found" }, `${moment.violation}: ${moment.reason}`));
    const right = html("div", { class: moment.told.length ? "led-to" : "" });
    moment.told.forEach((told, k) => {
      right.append(item({ m, k }, html("span", {}, html("span", { class: "at2" }, clock(call.begin + told.at)), told.text), () => toldDetails(told)));
      if (told.rule !== moment.told[k + 1]?.rule) right.append(html("div", { class: "rule" }, "rule: ", html("abbr", { title: page.rules[told.rule] ?? "" }, told.rule ?? "")));
    });
    const row = html("li", { class: isSilent(moment) ? "silent" : "", id: `moment-${m}` }, html("span", { class: "at" }, at), left, right);
    shown.rows.set(m, row);
    return row;
  }));
}

const heading = (moment) => moment.event ?? moment.cause;

function eventDetails(call, moment) {
  if (moment.event) return `${moment.place ?? ""}\n${pretty(moment.fields)}`;
  return "What was waited for did not come in time.";
}

function begun(call, moment) {
  const by = call.moments[moment.begun_by];
  return by ? `begun ${clock(call.begin + by.at)} by ${heading(by)} ${by.text ?? ""}` : "";
}

function toldDetails(told) {
  return `${page.rules[told.rule] ?? ""}\n${told.array}\n${pretty(told.event)}`;
}

const pretty = (value) => JSON.stringify(value, null, 2);

function item(which, content, details) {
  const button = html("button", { type: "button", class: "item", "aria-expanded": "false" }, content);
  const box = html("div", {}, button);
  button.addEventListener("click", () => {
    const open = button.getAttribute("aria-expanded") === "true";
    button.setAttribute("aria-expanded", String(!open));
    if (open) box.lastChild.remove(); else box.append(html("pre", { class: "more" }, details().trim()));
    shown.pinned = open ? null : which;
    light(shown.pinned);
  });
  for (const name of ["mouseenter", "focus"]) button.addEventListener(name, () => light(which));
  for (const name of ["mouseleave", "blur"]) button.addEventListener(name, () => light(shown.pinned));
  return box;
}

// ── What belongs together

function light(which) {
  if (!which) return glow({ moments: [], lanes: [], bars: [], links: () => false, at: null });
  const moment = shown.call.moments[which.m], told = which.k === null ? moment.told : [moment.told[which.k]];
  glow({
    moments: [which.m], lanes: moment.lanes ?? [], bars: told.flatMap((each) => each.bars), at: moment.at,
    links: (m, k) => m === which.m && (which.k === null || k === null || k === which.k),
  });
}

function lightRow(kind, key) {
  const found = shown.call.moments.map((moment, m) => [moment, m]).filter(([moment]) =>
    kind === "lane" ? moment.lanes?.includes(key) : moment.told.some((told) => told.bars.includes(key)));
  const numbers = found.map(([, m]) => m);
  glow({ moments: numbers, lanes: kind === "lane" ? [key] : [], bars: kind === "bar" ? [key] : [], links: (m) => numbers.includes(m), at: null });
  return numbers;
}

function glow({ moments: lit, lanes, bars, links, at }) {
  for (const [m, row] of shown.rows) row.classList.toggle("lit", lit.includes(m));
  for (const { node, kind, key, m, k } of shown.marks) {
    if (kind === "lane") node.classList.toggle("lit", lanes.includes(key));
    else if (kind === "bar") node.classList.toggle("lit", bars.includes(key));
    else node.classList.toggle("lit", links(m, k));
  }
  const cursor = document.querySelector(".cursor");
  if (!cursor) return;
  cursor.style.visibility = at === null ? "hidden" : "visible";
  if (at !== null) for (const end of ["x1", "x2"]) cursor.setAttribute(end, shown.x(at));
}
