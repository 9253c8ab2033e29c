"use strict";
// The page of a charge point: what /v1/events tells, and the operator's actions. Texts are set as texts, never as HTML.

const $ = (id) => document.getElementById(id);
let events, tab = "sessions", simulated = false;

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

function say(text, isBad = false) {
  $("message").textContent = text;
  $("message").className = isBad ? "bad" : "";
}

async function call(method, path, body) {
  const options = { method, headers: {} };
  if (body !== undefined) {
    options.body = JSON.stringify(body);
    options.headers["Content-Type"] = "application/json";
  }
  const response = await fetch(path, options);
  const answer = await response.json().catch(() => ({}));
  if (response.status === 401 && path !== "/v1/login") showLogin();
  if (!response.ok) throw new Error(answer.error?.message ?? `HTTP ${response.status}`);
  return answer;
}

// Does something for the operator and says how it went.
async function act(text, work) {
  try {
    say(`${text} …`);
    const answer = await work();
    say(`${text}: ${answer?.status ?? answer?.idTag ?? "done"}`);
    await showTab();
  } catch (error) {
    say(`${text}: ${error.message}`, true);
  }
}

function button(label, work, text = label) {
  return element("button", { type: "button", textContent: label, onclick: () => act(text, work) });
}

function form(label, fields, work) {
  const made = element("form", {}, ...fields, element("button", { textContent: label }));
  made.onsubmit = (event) => {
    event.preventDefault();
    act(label, () => work(...fields.map((field) => field.value.trim())));
  };
  return made;
}

const input = (placeholder, isRequired = true, maxLength = 20) => element("input", { placeholder, maxLength, required: isRequired });
const time = (text) => (text ? new Date(text).toLocaleString() : "–");
const kWh = (wattHours) => (wattHours === null ? "–" : `${(wattHours / 1000).toFixed(3)} kWh`);
const or = (value) => (value === null || value === undefined || value === "" ? "–" : String(value));

// Status

function showStatus(status) {
  const point = status.chargePoint, system = status.centralSystem, ledger = status.ledger;
  document.title = `${point.id}: ${point.status}`;
  $("name").textContent = `${point.id} · ${point.vendor} ${point.model}`;
  $("link").textContent = !system ? "Standalone: the own card list decides"
    : system.connected ? `Connected to ${system.url}, ${or(system.registration)}`
    : `Not connected to ${system.url}${system.lastError ? `: ${system.lastError}` : ""}`;
  $("facts").textContent = [
    `Firmware ${point.firmwareVersion}`, status.clock.source === "unset" ? "clock not set by anybody" : `clock from ${status.clock.source}`, `${ledger.queued} messages wait`,
    ledger.parked ? `${ledger.parked} set aside` : "", ledger.storageFailure ? `nothing can be recorded: ${ledger.storageFailure}` : "",
    status.firmwareUpdate && status.firmwareUpdate.stage !== "ended" ? `firmware update: ${status.firmwareUpdate.status ?? status.firmwareUpdate.stage}` : "",
    status.reader?.failure ? `card reader: ${status.reader.failure}` : "",
  ].filter(Boolean).join(" · ");
  status.connectors.forEach(showConnector);
}

function showConnector(connector) {
  const id = `connector-${connector.id}`;
  const card = $(id) ?? $("connectors").appendChild(newConnector(id, connector.id));
  card.className = connector.status;
  const set = (name, text) => { card.querySelector(`.${name}`).textContent = text; };
  set("status", connector.status);
  set("error", connector.errorCode === "NoError" ? "" : [connector.errorCode, connector.vendorErrorCode, connector.info].filter(Boolean).join(" · "));
  const meter = connector.meter;
  set("power", connector.transaction && meter ? `${((meter.powerW ?? 0) / 1000).toFixed(2)} kW` : "");
  set("session", connector.transaction
    ? `${connector.transaction.idTag} since ${time(connector.transaction.startedAt)}` +
      (meter ? `, ${kWh(meter.energyWh - connector.transaction.meterStartWh)}` : "") : "");
  const offered = connector.offeredCurrentA === null ? "Nothing offered" : `Offered ${connector.offeredCurrentA} A`;
  set("offer", connector.offeredCurrentA === null && !connector.limitedBy ? "" : `${offered} (${or(connector.limitedBy)})`);
  set("facts", `Cable ${connector.cablePlugged ? "plugged" : "not plugged"} · vehicle ${or(connector.vehicleState)} · contactor ` +
    `${connector.contactor} · register ${meter ? kWh(meter.energyWh) : "unknown"}`);
  const hasSession = connector.transaction !== null;
  card.querySelector("form").hidden = hasSession;
  card.querySelector(".stop").hidden = !hasSession;
  const toggle = card.querySelector(".availability");
  toggle.dataset.next = connector.availability === "Operative" ? "Inoperative" : "Operative";
  toggle.textContent = connector.availability === "Operative" ? "Take out of service" : "Put into service";
}

function newConnector(id, number) {
  const path = `/v1/connectors/${number}`;
  const stop = button("Stop", () => call("POST", `${path}/stop`, {}), `Stop connector ${number}`);
  stop.classList.add("stop");
  const availability = element("button", { type: "button", className: "availability" });
  availability.onclick = () => act(availability.textContent, () => call("POST", `${path}/availability`, { type: availability.dataset.next }));
  return element("article", { id },
    element("h2", { textContent: `Connector ${number}` }), ...["status", "error", "power", "session", "offer"].map((name) => element("p", { className: name })),
    element("small", { className: "facts" }),
    form("Start", [input("card")], (idTag) => call("POST", `${path}/start`, { idTag })),
    element("div", { className: "actions" }, stop, button("Unlock", () => call("POST", `${path}/unlock`, {}), `Unlock connector ${number}`), availability));
}

// Tabs

const tabs = {
  async sessions() {
    const { sessions } = await call("GET", "/v1/sessions?limit=50");
    return [table(["Started", "Stopped", "Connector", "Card", "Energy", "Reason", "Transaction", "Delivery", "Remarks"], sessions.map((session) => [
      time(session.startedAt), time(session.stoppedAt), session.connectorId, session.idTag, kWh(session.energyWh), or(session.stopReason),
      or(session.transactionId), session.delivery, session.flags.join(", ")])),
      element("p", {}, element("a", { href: "/v1/sessions?format=csv", textContent: "All sessions as CSV" }))];
  },
  async cards() {
    const { cards } = await call("GET", "/v1/cards?limit=500");
    const idTag = input("card"), name = input("name", false, 100);
    return [table(["Card", "Status", "Source", "Expires", "Group", "Name", ""], cards.map((card) => [
      card.idTag, card.status, card.source, time(card.expiryDate), or(card.parentIdTag), or(card.name),
      card.source === "own" ? button("Remove", () => call("DELETE", `/v1/cards/${encodeURIComponent(card.idTag)}`), `Remove ${card.idTag}`) : ""])),
      form("Add card", [idTag, name], (tag, text) => call("PUT", `/v1/cards/${encodeURIComponent(tag)}`, text ? { name: text } : {})),
      element("div", { className: "actions" }, button("Learn the next card presented", () => call("POST", "/v1/cards/learn", {}), "Hold a card to the reader within 30 s")),
      form("Explain", [input("card")], async (tag) => ({ status: (await call("GET", `/v1/cards/${encodeURIComponent(tag)}/explain`)).reason }))];
  },
  async queue() {
    const { messages } = await call("GET", "/v1/queue?limit=200");
    return [table(["Number", "Message", "State", "Attempts", "Last error", "Recorded", ""], messages.map((message) => [
      message.id, message.action, message.state, message.attempts, or(message.lastError), time(message.createdAt),
      message.state === "parked" ? button("Send again", () => call("POST", `/v1/queue/${message.id}/resend`, {}), `Send ${message.id} again`) : ""]))];
  },
  async configuration() {
    const { configurationKey } = await call("GET", "/v1/configuration");
    return [table(["Key", "Value", ""], configurationKey.map(({ key, value, readonly }) => {
      if (readonly) return [key, or(value), "read-only"];
      const field = element("input", { value: value ?? "", maxLength: 500, ariaLabel: key });
      return [key, field, button("Change", () => call("PUT", `/v1/configuration/${encodeURIComponent(key)}`, { value: field.value }), key)];
    }))];
  },
};

function table(heads, rows) {
  const cell = (value) => element("td", {}, value);
  return element("table", {}, element("thead", {}, element("tr", {}, ...heads.map((head) => element("th", { textContent: head })))),
    element("tbody", {}, ...(rows.length ? rows.map((row) => element("tr", {}, ...row.map(cell)))
      : [element("tr", {}, element("td", { className: "none", colSpan: heads.length, textContent: "none" }))])));
}

async function showTab(name = tab) {
  tab = name;
  document.querySelectorAll("nav button").forEach((each) => each.classList.toggle("on", each.dataset.tab === name));
  const content = await tabs[name]();
  if (tab === name) $("tab").replaceChildren(...content);
}

// Simulated board

async function showSimulator() {
  const truth = await call("GET", "/v1/simulator").catch(() => null);
  simulated = truth !== null;
  $("simulator").hidden = !simulated;
  if (!simulated) return;
  $("plugs").replaceChildren(...truth.connectors.flatMap(({ id }) => ["plug", "unplug"].map((verb) =>
    button(`${verb} ${id}`, () => call("POST", `/v1/simulator/connectors/${id}/${verb}`, {})))));
}

// Beginning

function showLogin() {
  events?.close();
  $("app").hidden = true;
  $("login").hidden = false;
  $("password").focus();
}

async function begin() {
  try {
    showStatus(await call("GET", "/v1/status"));
  } catch (error) {
    if ($("login").hidden) setTimeout(begin, 3000);
    return;
  }
  $("login").hidden = true;
  $("app").hidden = false;
  await showSimulator();
  await showTab().catch((error) => say(error.message, true));
  events = new EventSource("/v1/events");
  events.addEventListener("status", (event) => showStatus(JSON.parse(event.data)));
  events.addEventListener("session", () => { if (tab !== "configuration") showTab().catch(() => {}); });
  events.onerror = () => say("The charge point does not answer; trying again …", true);
  events.onopen = () => say("");
}

$("login").onsubmit = async (event) => {
  event.preventDefault();
  try {
    await call("POST", "/v1/login", { password: $("password").value });
    $("password").value = "";
    $("logout").hidden = false;
    await begin();
  } catch (error) {
    $("password").setCustomValidity(error.message);
    $("password").reportValidity();
    $("password").oninput = () => $("password").setCustomValidity("");
  }
};
$("logout").onclick = async () => { await call("POST", "/v1/logout", {}).catch(() => {}); showLogin(); };
$("present").onsubmit = (event) => {
  event.preventDefault();
  const idTag = new FormData(event.target).get("idTag").trim();
  act("Present card", () => call("POST", "/v1/simulator/cards", { idTag }));
};
document.querySelectorAll("nav button").forEach((each) => { each.onclick = () => showTab(each.dataset.tab).catch((error) => say(error.message, true)); });
begin();
