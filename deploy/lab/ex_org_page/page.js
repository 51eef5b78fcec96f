// The list of conversations, newest first, and the chosen one; asks the EX Org each second and draws what changed.

import { KINDS, clock, svg, timeline } from "./timeline.js";

const LISTED = 300;
const $ = (id) => document.getElementById(id);
const shown = { list: "", conversation: "", counts: "" };

function html(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children.filter((child) => child !== null));
  return node;
}

async function get(path) {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response.text();
}

async function refresh() {
  try {
    draw("counts", await get("lab/counts"), drawCounts);
    draw("list", await get(`lab/conversations?limit=${LISTED}`), drawList);
    const chosen = location.hash.slice(1);
    if (chosen) draw("conversation", await get(`lab/conversations/${chosen}`), drawConversation);
  } catch (error) {
    document.title = "EX Org (lab): gone";
    return;
  }
  document.title = "EX Org (lab)";
}

function draw(what, text, drawing) {
  if (shown[what] === text) return;
  shown[what] = text;
  drawing(JSON.parse(text));
}

function drawCounts(counts) {
  const throttled = counts.by_status["429"] ?? 0;
  const figures = [["conversations", counts.conversations], ["open", counts.open], ["requests", counts.requests], ["429", throttled],
    ["events taken", counts.taken], ["repeated", counts.repeated], ["refused", counts.refused]];
  $("counts").replaceChildren(...figures.map(([name, n]) =>
    html("div", name === "refused" && n ? { class: "bad" } : {}, html("dt", {}, name), html("dd", {}, n.toLocaleString("en")))));
}

function drawList(conversations) {
  if (!location.hash && conversations.length) location.replace(`#${conversations[0].conversationId}`);
  const wanted = $("filter").value.trim().toLowerCase();
  const found = conversations.filter((c) => !wanted || `${c.interactionId} ${c.conversationId} ${c.parties.map((p) => p.name).join(" ")}`.toLowerCase().includes(wanted));
  const chosen = location.hash.slice(1);
  $("list").replaceChildren(...found.map((c) => html("li", {}, entry(c, c.conversationId === chosen))));
  if (conversations.length === LISTED) $("list").append(html("li", { class: "more" }, `the newest ${LISTED} are listed`));
}

function entry(conversation, current) {
  const names = conversation.parties.flatMap((p, i) => (i ? [html("i", {}, "·"), p.name] : [p.name]));
  const length = conversation.ended ? clock((Date.parse(conversation.ended) - Date.parse(conversation.started)) / 1000) : null;
  return html("a", { href: `#${conversation.conversationId}`, "aria-current": current },
    html("div", { class: "top" }, html("span", {}, stamp(conversation.started)), status(conversation, length)),
    html("div", { class: "parties", title: conversation.parties.map((p) => p.name).join(" · ") }, ...names));
}

function status(conversation, length) {
  if (conversation.refusals) return html("span", { class: "chip bad" }, `${conversation.refusals} refused`);
  return conversation.ended ? html("span", {}, length ?? "ended") : html("span", { class: "chip open" }, "open");
}

const stamp = (time) => (time ?? "").replace("T", " ").replace(/\.\d+Z$/, "");

function drawConversation(conversation) {
  const page = $("conversation"), figure = html("div", { class: "timeline" });
  const length = (Date.parse(conversation.ended ?? conversation.events.at(-1)?.event.eventDateTime) - Date.parse(conversation.started)) / 1000;
  page.replaceChildren(
    html("div", { class: "title" },
      html("h2", {}, `${stamp(conversation.started)} UTC`),
      html("span", { class: `chip ${conversation.ended ? "ended" : "open"}` }, conversation.ended ? `ended after ${clock(length)}` : "open"),
      conversation.refusals ? html("span", { class: "chip bad" }, `${conversation.refusals} refused`) : null,
      html("code", { title: "interactionId: root CallUUID" }, conversation.interactionId ?? ""),
      html("code", { title: "conversationId" }, conversation.conversationId)),
    figure, legend(conversation),
    html("h3", {}, `Events (${conversation.events.length})`), events(conversation));
  if (conversation.refused.length) page.append(html("h3", {}, `Refused (${conversation.refused.length})`), refused(conversation));
  figure.append(html("div", { class: "names" }, ...conversation.communications.map(name)));
  const bars = html("div", { class: "bars" });
  figure.append(bars);
  bars.append(timeline(conversation, Math.max(300, bars.clientWidth)));
}

function name(party) {
  const more = party.wrapup ? `, wrap-up ${party.wrapup}` : "";
  return html("div", { class: party.kind, title: `${party.name}\n${party.id}` }, html("b", {}, party.name), html("span", {}, KINDS[party.kind] + more));
}

function legend(conversation) {
  const states = new Set(conversation.communications.flatMap((c) => c.states.map((s) => s.state)));
  const swatch = (state, attributes) => html("span", {}, svg("svg", { class: "user" }, svg("rect", { x: 1, y: 1, width: 24, height: 8, rx: 2, class: `bar ${state}`, ...attributes })), state);
  const line = (style, told) => html("span", {}, svg("svg", {}, svg("line", { class: `move ${style}`, x1: 1, x2: 25, y1: 5, y2: 5 })), told);
  const hold = conversation.communications.find((c) => c.states.some((s) => s.state === "held"));
  const items = [];
  if (states.has("alerting")) items.push(swatch("alerting", {}));
  items.push(swatch("connected", {}));
  if (hold) items.push(swatch("held", { style: `fill: url(#held-${hold.kind})` }));
  if (conversation.transfers.some((t) => t.final_state === "Completed" || !t.final_state)) items.push(line("", "transfer"));
  if (conversation.transfers.some((t) => t.final_state && t.final_state !== "Completed")) items.push(line("failed", "transfer failed or canceled"));
  if (conversation.consults.length) items.push(line("consult", "consult"));
  return html("div", { class: "legend" }, ...items);
}

function events(conversation) {
  const names = new Map(conversation.communications.map((c) => [c.id, c.name]));
  const start = Date.parse(conversation.started);
  const rows = conversation.events.map(({ array, event, received }) => html("tr", {},
    html("td", { class: "time" }, event.eventDateTime.slice(11, 23)),
    html("td", { class: "time" }, `+${((Date.parse(event.eventDateTime) - start) / 1000).toFixed(3)} s`),
    html("td", { class: "name" }, array.replace(/Events$/, "")),
    html("td", {}, html("details", {}, html("summary", {}, told(array, event, names)), html("pre", {}, JSON.stringify(event, null, 1)))),
    html("td", { class: "late" }, received.slice(11, 23))));
  return table(["time", "since start", "event", "", "received"], rows);
}

function refused(conversation) {
  const rows = conversation.refused.map(({ array, event, reason }) => html("tr", { class: "refused" },
    html("td", { class: "time" }, event.eventDateTime.slice(11, 23)), html("td", { class: "name" }, array.replace(/Events$/, "")), html("td", {}, reason)));
  return table(["time", "event", "reason"], rows);
}

function table(heads, rows) {
  return html("div", { class: "events" }, html("table", {}, html("thead", {}, html("tr", {}, ...heads.map((h) => html("th", {}, h)))), html("tbody", {}, ...rows)));
}

function told(array, event, names) {
  const who = (id) => names.get(id) ?? id;
  const own = event.communicationId ? who(event.communicationId) : "";
  const { alerting, invitedBy } = event.initialConfiguration ?? {};
  if (array.endsWith("EstablishedEvents")) return [own, alerting ? "alerting" : "connected", invitedBy ? `invited by ${who(invitedBy)}` : ""].filter(Boolean).join(", ");
  switch (array) {
    case "holdUpdatedEvents": return `${own} ${event.held ? "held" : "retrieved"}`;
    case "communicationEndedEvents": return `${own}: ${event.disconnectType}`;
    case "communicationDispositionAppliedEvents": return `${own}: wrap-up`;
    case "endTransferEvents": return event.finalState;
    case "progressTransferEvents": return `${who(event.objectCommunicationId)} to ${who(event.destinationCommunicationId)}`;
    case "consultTransferEvents":
    case "progressConsultTransferEvents": return `${who(event.initiatingCommunicationId)} consults ${who(event.destinationCommunicationId)} about ${who(event.objectCommunicationId)}`;
    default: return event.initiatingCommunicationId ? `${who(event.initiatingCommunicationId)} lets ${who(event.objectCommunicationId)} go` : own || "consult ended";
  }
}

function again(what) {
  for (const key of what) shown[key] = "";
  refresh();
}

$("filter").addEventListener("input", () => again(["list"]));
$("theme").addEventListener("click", () => {
  const root = document.documentElement;
  const current = root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  root.dataset.theme = current === "dark" ? "light" : "dark";
});
addEventListener("hashchange", () => again(["list", "conversation"]));
addEventListener("resize", () => again(["conversation"]));
const theme = new URLSearchParams(location.search).get("theme");
if (theme) document.documentElement.dataset.theme = theme;
refresh();
setInterval(refresh, 1000);
