/* Runs before the app, in any browser: one that lacks what the app stands on gets one plain page in place of a white one. */
(function () {
  var lacks = [];
  if (!("noModule" in document.createElement("script"))) lacks.push("module");
  if (!window.indexedDB) lacks.push("IndexedDB");
  if (!window.crypto || !window.crypto.subtle) lacks.push("WebCrypto");
  if (!("serviceWorker" in navigator)) lacks.push("service worker");
  if (!window.Promise || !window.fetch || !window.URL || !window.Blob || !window.Blob.prototype.arrayBuffer)
    lacks.push("fetch");
  // Came with Chrome 85, like the newest syntax of the bundle; trying syntax out is what a strict content policy forbids.
  if (!String.prototype.replaceAll || !window.Promise || !Promise.any) lacks.push("ES2021");
  if (!lacks.length) return;
  document.addEventListener("DOMContentLoaded", function () {
    var insecure = window.isSecureContext === false;
    var lines = insecure
      ? [
          "这里要用 https 打开",
          "请把网址开头改成 https，再打开一次。",
          "Please open this address with https.",
        ]
      : [
          "这个浏览器太旧了",
          "请找技术员换新版 Chrome（90 以上）。没传的记录都还在。",
          "This browser is too old. Please ask the technician for Chrome 90 or newer.",
        ];
    var page = document.createElement("main");
    page.className = "old";
    var title = document.createElement("h1");
    title.textContent = lines[0];
    page.appendChild(title);
    for (var k = 1; k < lines.length; k++) {
      var line = document.createElement("p");
      line.textContent = lines[k];
      page.appendChild(line);
    }
    var why = document.createElement("p");
    why.textContent = "(" + lacks.join(", ") + ")";
    page.appendChild(why);
    while (document.body.firstChild) document.body.removeChild(document.body.firstChild);
    document.body.appendChild(page);
  });
})();
