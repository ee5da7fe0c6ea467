/** Loaded into `moonwit serve` before it starts: it tells its memory for each SIGUSR2. */
process.on('SIGUSR2', () => {
  const { rss, heapUsed, external } = process.memoryUsage();
  process.stderr.write(`${JSON.stringify({ rss, heapUsed, external })}\n`);
});
