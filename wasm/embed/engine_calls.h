/* The exports by name, for engines that look them up: `call(name, count, arguments)` is theirs. */
#define EXPORT(name, parameters, ...)                                       \
  int32_t fwc_engine_##name parameters {                                    \
    const uint32_t arguments[] = {__VA_ARGS__};                             \
    return call(#name, sizeof arguments / sizeof arguments[0], arguments);  \
  }
#define EXPORT_PLAIN(name) \
  int32_t fwc_engine_##name(void) { return call(#name, 0, NULL); }

EXPORT_PLAIN(abi_version)
EXPORT_PLAIN(io_ptr)
EXPORT_PLAIN(io_cap)
EXPORT_PLAIN(out_ptr)
EXPORT_PLAIN(out_cap)
EXPORT_PLAIN(state_ptr)
EXPORT_PLAIN(state_len)
EXPORT_PLAIN(selftest)
EXPORT(init, (uint32_t config_bytes), config_bytes)
EXPORT(ingest, (uint32_t bytes), bytes)
EXPORT(tick, (uint32_t us_low, uint32_t us_high), us_low, us_high)
EXPORT(query, (uint32_t what, uint32_t a, uint32_t b), what, a, b)
EXPORT(events, (uint32_t max), max)
EXPORT_PLAIN(snapshot)
EXPORT(restore, (uint32_t bytes), bytes)
EXPORT(section_export, (uint32_t id), id)
EXPORT(section_import, (uint32_t id), id)
