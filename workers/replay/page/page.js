// The calls of a replay: a list to find one, and of the chosen one a chart (Engage above, EX below), then what came
// and what was told. Everything is in the page; names and texts of the log only ever become text, never markup.

const page = read("page");
const STEPS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14400];
const LISTED = 500;
const wanted = { text: "", outcome: "", flow: "", violation: "", even: true, led: true };
let shown = null;

function read(id) { return JSON.parse(document.getElementById(id).textContent); }
function $(id) { return document.getElementById(id); }

function html(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) if (value !== null) node.setAttribute(key, value);
  node.append(...children.filter((child) => child !== null && child !== ""));
  return node;
}

function svg(name, attributes = {}, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

function clock(ms, decimals = 3) {
  return new Date(ms).toISOString().slice(11, 19 + (decimals ? decimals + 1 : 0));
}

function duration(ms) {
  const seconds = Math.round(ms / 1000), two = (n) => String(n).padStart(2, "0");
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

// ── The list

function matches(call) {
  return (!wanted.outcome || call.outcome === wanted.outcome)
    && (!wanted.flow || (call.flow ?? "none") === wanted.flow)
    && (!wanted.violation || (call.violation ?? "none") === wanted.violation)
    && wanted.text.split(/\s+/).every((word) => call.sought.includes(word));
}

function drawFilters() {
  page.calls.forEach((call, position) => { call.element = `call-${position}`; });
  page.calls.sort((a, b) => a.begin - b.begin);
  for (const call of page.calls) call.sought = `${call.call} ${call.kind} ${call.places} ${call.found_by}`.toLowerCase();
  const count = (key) => page.calls.reduce((all, call) => all.set(call[key] ?? "none", (all.get(call[key] ?? "none") ?? 0) + 1), new Map());
  const outcomes = [...count("outcome")].map(([name, n]) => {
    const button = html("button", { type: "button", "aria-pressed": "false", class: name }, `${name} ${n}`);
    button.addEventListener("click", () => {
      wanted.outcome = wanted.outcome === name ? "" : name;
      for (const other of $("outcomes").children) other.setAttribute("aria-pressed", String(other === button && wanted.outcome !== ""));
      drawList();
    });
    return button;
  });
  $("outcomes").replaceChildren(...outcomes);
  for (const [id, key, all] of [["flows", "flow", "all flows"], ["violations", "violation", "all violations"]]) {
    const names = [...count(key)].sort(([a], [b]) => (a < b ? -1 : 1));
    $(id).replaceChildren(html("option", { value: "" }, all), ...names.map(([name, n]) => html("option", { value: name }, `${name} (${n})`)));
    $(id).addEventListener("change", () => { wanted[key] = $(id).value; drawList(); });
  }
  $("search").addEventListener("input", () => { wanted.text = $("search").value.trim().toLowerCase(); drawList(); });
}

function drawList(chosen = null) {
  const found = page.calls.filter(matches);
  const current = chosen?.call ?? shown?.call.call;
  const more = found.length > LISTED ? `, the first ${LISTED} are listed` : "";
  $("found").textContent = `${found.length.toLocaleString("en")} of ${page.calls.length.toLocaleString("en")} calls${more}`;
  $("list").replaceChildren(...found.slice(0, LISTED).map((call) => html("li", {}, html("a", { href: `#${call.call}`, "aria-current": call.call === current ? "true" : null },
    html("div", { class: "top" },
      html("time", {}, clock(call.begin, 0)), html("span", { class: `chip ${call.outcome}` }, call.outcome),
      html("span", { class: "flow" }, [call.flow, call.violation].filter(Boolean).join(" ")),
      html("span", { class: "length" }, duration(call.end))),
    html("div", { class: "places", title: call.places }, call.places || call.kind)))));
}

// ── The page

const dark = matchMedia("(prefers-color-scheme: dark)");
const theme = (name) => { document.documentElement.dataset.theme = name; };
theme(dark.matches ? "dark" : "light");
dark.addEventListener("change", () => theme(dark.matches ? "dark" : "light"));
$("theme").addEventListener("click", () => theme(document.documentElement.dataset.theme === "dark" ? "light" : "dark"));
$("source").textContent = page.source;
$("account").textContent = page.account;
document.body.classList.toggle("single", page.calls.length <= 1);
addEventListener("hashchange", () => { choose(); $("call").focus({ preventScroll: true }); });
let width = innerWidth;
addEventListener("resize", () => {
  const figure = document.querySelector("figure");
  if (figure && innerWidth !== width) drawChart(figure);
  width = innerWidth;
});
drawFilters();
choose();
