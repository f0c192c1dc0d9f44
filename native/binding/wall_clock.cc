// See wall_clock.h.
#include "binding/wall_clock.h"

#include <atomic>

#include "binding/addon.h"
#include "binding/expect.h"
#include "io/clock_sync.h"

namespace pinlatch::binding {
namespace {

enum class Confirmed : uint8_t { kAsTheSystemSays, kYes, kNo };

std::atomic<UnixSeconds> ahead{0};
std::atomic<Confirmed> confirmed{Confirmed::kAsTheSystemSays};

}  // namespace

UnixSeconds WallNow() { return UnixNow() + ahead.load(std::memory_order_relaxed); }

bool IsClockConfirmed() {
  const Confirmed said = confirmed.load(std::memory_order_relaxed);
  if (said == Confirmed::kAsTheSystemSays) return io::IsClockSynchronised();
  return said == Confirmed::kYes;
}

Napi::Value SetClockAhead(const Napi::CallbackInfo& info) {
  if (!Expect(info, "setClockAhead(seconds)", {{"seconds", Kind::kUnixSeconds}})) return {};
  ahead.store(info[0].As<Napi::Number>().Int64Value(), std::memory_order_relaxed);
  info.Env().GetInstanceData<Addon>()->ReexamineAll();
  return {};
}

Napi::Value SetClockConfirmed(const Napi::CallbackInfo& info) {
  if (!Expect(info, "setClockConfirmed(confirmed)", {{"confirmed", Kind::kFlag}})) return {};
  const bool says_yes = info[0].ToBoolean().Value();
  confirmed.store(says_yes ? Confirmed::kYes : Confirmed::kNo, std::memory_order_relaxed);
  return info.Env().Undefined();
}

}  // namespace pinlatch::binding
