// Runs as a worker: the timers of hidden pages fire once a minute, those of workers do not.
setInterval(() => postMessage(0), 1000);
