// See descriptors.h.
#include "upstream/descriptors.h"

#include <utility>

#include "log/security_log.h"
#include "upstream/upstream_worker.h"

namespace pinlatch::proxy {
namespace {

// Between two lines: a shortage is told, not each connection that meets it.
constexpr Milliseconds kPause{1000};

}  // namespace

bool Descriptors::GiveBackIdle() {
  return worker_.pool.GiveBack() || worker_.http2_pool.GiveBack();
}

bool Descriptors::Spare() {
  NoteShortage();
  return GiveBackIdle() || clients_->GiveWay();
}

void Descriptors::NoteShortage() {
  ++unsaid_;
  if (!pause_.armed()) Write();
}

void Descriptors::Write() {
  LogDescriptors(worker_, plan_->limit, std::exchange(unsaid_, 0));
  worker_.loop.timers().Arm(pause_, kPause);
}

void Descriptors::OnTimer(io::Timer&) {
  if (unsaid_ > 0) Write();
}

}  // namespace pinlatch::proxy
