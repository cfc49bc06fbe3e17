// A slideshow for a tablet on the wall: two images take turns, and a list of files is asked for bit by bit. Written for
// browsers of 2015 and older (ECMAScript 5), so neither a module nor built of any.
(function () {
  var IDLE = 3000; // milliseconds until the controls go
  var MINUTE = 60000;
  var AGAIN = 5 * MINUTE; // after its end: a link may be turned on again
  var PATIENCE = 20000; // for one answer
  var CHECK = 5000; // between two looks whether a picture is there
  var LONGEST_WAIT = MINUTE; // between two tries where the network is away
  var MOST_SCALE = 2; // a small photo stays sharp enough, and a tiny one is no wall of squares
  var KEPT = 50; // files to go back to
  // Pixels of a photo: an old tablet has 512 MB for all it does, and a photo takes four bytes a pixel, twice
  var MOST_PIXELS = 24e6;
  var MOST_PIXELS_OLD = 5e6;

  // Two pixels by two, of each kind that not every browser shows
  var WEBP = "UklGRiQAAABXRUJQVlA4IBgAAAAwAQCdASoCAAIAB0CWJaQAA3AA/u+5AAA=";
  var AVIF =
    "AAAAIGZ0eXBhdmlmAAAAAGF2aWZtaWYxbWlhZk1BMUIAAADrbWV0YQAAAAAAAAAhaGRscgAAAAAAAAAAcGljdAAAAAAAAAAAAAAA" +
    "AAAAAAAOcGl0bQAAAAAAAQAAAB5pbG9jAAAAAEQAAAEAAQAAAAEAAAETAAAAIAAAAChpaW5mAAAAAAABAAAAGmluZmUCAAAAAAEA" +
    "AGF2MDFDb2xvcgAAAABqaXBycAAAAEtpcGNvAAAAFGlzcGUAAAAAAAAAAgAAAAIAAAAQcGl4aQAAAAADCAgIAAAADGF2MUOBAAwA" +
    "AAAAE2NvbHJuY2x4AAEADQAGgAAAABdpcG1hAAAAAAAAAAEAAQQBAoMEAAAAKG1kYXQSAAoIGAA2iAhoNCAyEh7Hh4VZ3///4sAA" +
    "AJA1jjx+rQ==";

  var body = document.body;
  var slides = document.querySelectorAll("#stage img");
  var front = 0; // which of the two is shown
  var shown = []; // files, the last one is on the screen
  var coming = []; // those of the list that come next
  var fresh = []; // those that arrived meanwhile, which come first
  var known = {}; // ids of those that had arrived
  var following = ""; // where the list goes on
  var ready = null; // the file that the other image has loaded
  var isPaused = false;
  var isOver = false;
  var isDue = false; // the time of the one that is shown is over
  var isLoading = false;
  var tries = 0;
  var supports = { "": true, webp: false, avif: false };
  var turn = 0;
  var idle = 0;
  var checks = 0;

  function byId(id) {
    return document.getElementById(id);
  }

  function say(text) {
    byId("message").textContent = text;
  }

  function setting(name) {
    return body.getAttribute("data-" + name);
  }

  // --- what there is to show

  // And no page that asks for a password, or says that the link has ended.
  function isList(request) {
    return request.status === 200 && /json/.test(request.getResponseHeader("Content-Type"));
  }

  function ask(query, then, failed) {
    var request = new XMLHttpRequest();
    request.open("GET", setting("files") + query);
    request.timeout = PATIENCE;
    request.onload = function () {
      if (request.status >= 500 || request.status === 429) failed();
      else if (isList(request)) then(JSON.parse(request.responseText));
      else end();
    };
    request.onerror = request.ontimeout = failed;
    request.send();
  }

  // The smallest picture that fills the screen, of those that this browser shows.
  function best(file) {
    var wide = slides[0].parentNode.clientWidth * (window.devicePixelRatio || 1);
    var high = slides[0].parentNode.clientHeight * (window.devicePixelRatio || 1);
    var most = supports.webp ? MOST_PIXELS : MOST_PIXELS_OLD;
    var found = null;
    file.pictures.forEach(function (one) {
      var fills = found && (found.width >= wide || found.height >= high);
      var isLight = one.width * one.height <= most;
      if (supports[one.type] && !fills && (isLight || !found)) found = one;
    });
    return found;
  }

  function more() {
    if (isLoading || isOver) return;
    isLoading = true;
    var isRandom = setting("random") !== null;
    var isFirst = !following;
    ask(
      isRandom ? "?order=random" : "?after=" + following,
      function (answer) {
        isLoading = false;
        tries = 0;
        following = answer.next;
        coming = answer.files.filter(best);
        if (coming.length) {
          say("");
          prepare();
        } else if (following) {
          more();
        } else if (isFirst || !shown.length) {
          say(setting(answer.files.length ? "unfit" : "empty"));
        } else {
          later(more); // the last of the list is gone
        }
      },
      function () {
        isLoading = false;
        later(more);
      }
    );
  }

  // What came last: once at the start, then each minute.
  function look(isStart) {
    if (isOver) return;
    ask(
      "?newest=1",
      function (answer) {
        var isNew = true; // until the first that was there before: what follows has only moved up
        answer.files.forEach(function (file) {
          isNew = isNew && !isStart && !known[file.id];
          if (isNew && best(file)) fresh.push(file);
        });
        answer.files.forEach(function (file) {
          known[file.id] = true;
        });
        if (fresh.length && !shown.length) prepare();
      },
      function () {}
    );
  }

  // --- one after the other

  function later(what) {
    tries += 1;
    setTimeout(what, Math.min(LONGEST_WAIT, 1000 * Math.pow(2, tries)));
  }

  function other() {
    return slides[1 - front];
  }

  // Load the next file into the image that isn't shown.
  function prepare() {
    if (ready || isOver) return;
    var file = fresh.shift() || coming.shift();
    if (file) load(file);
    else more();
  }

  // Old browsers fire no event where an image gets the address that it has, as happens with one file or two; so this
  // also looks by itself.
  function load(file) {
    var image = other();
    var url = best(file).url;
    var mine = { file: file, isLoaded: false };
    var looks = 0;

    function done() {
      if (ready !== mine || mine.isLoaded) return;
      tries = 0;
      mine.isLoaded = true;
      if (isDue || !shown.length) step();
    }

    function failed() {
      if (ready !== mine || mine.isLoaded) return;
      ready = null;
      later(prepare);
    }

    function check() {
      if (ready !== mine || mine.isLoaded) return;
      looks += 1;
      if (hasLoaded(image)) done();
      else if (looks * CHECK < MINUTE) checks = setTimeout(check, CHECK);
      else failed();
    }

    clearTimeout(checks);
    ready = mine;
    image.alt = "";
    image.onload = image.onerror = null;
    if (image.getAttribute("src") === url) {
      if (hasLoaded(image)) return done();
      image.removeAttribute("src"); // it failed: try anew
    }
    image.onload = done;
    image.onerror = failed;
    image.src = url;
    checks = setTimeout(check, CHECK);
    return checks;
  }

  function hasLoaded(image) {
    return image.complete && image.naturalWidth > 0;
  }

  function fit(image) {
    var wide = image.parentNode.clientWidth;
    var high = image.parentNode.clientHeight;
    var scale = Math.min(wide / image.naturalWidth, high / image.naturalHeight, MOST_SCALE);
    if (!image.naturalWidth) return;
    image.style.width = Math.round(image.naturalWidth * scale) + "px";
    image.style.height = Math.round(image.naturalHeight * scale) + "px";
  }

  // Show what is loaded.
  function step() {
    var image = other();
    if (isOver || !ready || !ready.isLoaded) {
      isDue = true;
      return prepare();
    }
    isDue = false;
    fit(image);
    image.alt = ready.file.alt;
    image.className = "shown";
    image.removeAttribute("aria-hidden");
    slides[front].className = "";
    slides[front].setAttribute("aria-hidden", "true");
    front = 1 - front;
    shown = shown.concat([ready.file]).slice(-KEPT);
    byId("caption").textContent = ready.file.title;
    ready = null;
    say("");
    wait();
    return setTimeout(prepare, 2000); // once the other one has faded out
  }

  function wait() {
    clearTimeout(turn);
    if (!isPaused) turn = setTimeout(step, Number(setting("seconds")) * 1000);
  }

  function next() {
    isDue = true;
    if (ready) step();
    else prepare();
  }

  function previous() {
    if (shown.length < 2 || isOver) return;
    if (ready) coming.unshift(ready.file);
    coming.unshift(shown.pop());
    isDue = true;
    load(shown.pop());
  }

  function pause() {
    var button = byId("pause");
    var label = setting(isPaused ? "pause" : "play");
    isPaused = !isPaused;
    button.setAttribute("aria-label", label);
    button.title = label;
    button.querySelector("path").setAttribute("d", isPaused ? "M8 5l11 7-11 7z" : "M8 5v14M16 5v14");
    wait();
  }

  function end() {
    if (isOver) return;
    isOver = true;
    clearTimeout(turn);
    for (var at = 0; at < 2; at += 1) {
      slides[at].className = "";
      slides[at].removeAttribute("src");
    }
    byId("caption").textContent = "";
    say(setting("ended"));
    awake();
    setInterval(function () {
      var request = new XMLHttpRequest();
      request.open("GET", setting("files") + "?newest=1");
      request.onload = function () {
        if (isList(request)) location.reload();
      };
      request.send();
    }, AGAIN);
  }

  // --- the screen and who touches it

  function awake() {
    body.className = "";
    clearTimeout(idle);
    idle = setTimeout(function () {
      if (!byId("bar").contains(document.activeElement) && !isOver) body.className = "idle";
    }, IDLE);
  }

  function stayOn() {
    if (navigator.wakeLock && !document.hidden) {
      navigator.wakeLock.request("screen").then(
        function () {},
        function () {}
      );
    }
  }

  function whole() {
    var page = document.documentElement;
    var isWhole = document.fullscreenElement || document.webkitFullscreenElement;
    var enter = page.requestFullscreen || page.webkitRequestFullscreen;
    var leave = document.exitFullscreen || document.webkitExitFullscreen;
    if (isWhole) leave.call(document);
    else if (enter) enter.call(page);
  }

  function tell() {
    var now = new Date();
    byId("clock").textContent = now.getHours() + ":" + ("0" + now.getMinutes()).slice(-2);
  }

  function onKey(event) {
    var isButton = /^(A|BUTTON)$/.test(event.target.nodeName);
    var keys = { 37: previous, 39: next, 32: pause, 70: whole };
    var act = keys[event.keyCode];
    awake();
    if (event.ctrlKey || event.metaKey || event.altKey || (isButton && event.keyCode === 32)) return;
    if (event.keyCode === 27) location.href = byId("back").href;
    if (!act) return;
    event.preventDefault();
    act();
  }

  // A tap at the sides leads on and back, elsewhere it brings the controls.
  function onTap(event) {
    var part = event.clientX / slides[0].parentNode.clientWidth;
    if (part < 0.25) previous();
    else if (part > 0.75) next();
  }

  function probe(type, data, then) {
    var image = new Image();
    image.onload = image.onerror = function () {
      supports[type] = image.width > 0;
      then();
    };
    image.src = "data:image/" + type + ";base64," + data;
  }

  function start() {
    byId("previous").onclick = previous;
    byId("next").onclick = next;
    byId("pause").onclick = pause;
    byId("whole").onclick = whole;
    byId("stage").onclick = onTap;
    document.onkeydown = onKey;
    document.onmousemove = document.onclick = awake;
    document.addEventListener("focus", awake, true);
    document.addEventListener("visibilitychange", stayOn);
    if (document.documentElement.requestFullscreen || document.documentElement.webkitRequestFullscreen) {
      byId("whole").hidden = false;
    }
    window.onresize = function () {
      fit(slides[0]);
      fit(slides[1]);
    };
    if (byId("clock")) {
      tell();
      setInterval(tell, 1000);
    }
    setInterval(function () {
      look(false);
    }, MINUTE);
    awake();
    stayOn();
    look(true);
    more();
  }

  probe("webp", WEBP, function () {
    probe("avif", AVIF, start);
  });
})();
