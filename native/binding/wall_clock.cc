// See wall_clock.h.
#include "binding/wall_clock.h"

#include <atomic>

#include "binding/addon.h"
#include "binding/expect.h"

namespace pinlatch::binding {
namespace {

std::atomic<UnixSeconds> ahead{0};

}  // namespace

UnixSeconds WallNow() { return UnixNow() + ahead.load(std::memory_order_relaxed); }

Napi::Value SetClockAhead(const Napi::CallbackInfo& info) {
  if (!Expect(info, "setClockAhead(seconds)", {{"seconds", Kind::kUnixSeconds}})) return {};
  ahead.store(info[0].As<Napi::Number>().Int64Value(), std::memory_order_relaxed);
  info.Env().GetInstanceData<Addon>()->ReexamineAll();
  return {};
}

}  // namespace pinlatch::binding
