// Owns the waiting of a connection, either side's, for a private key that takes its time.
#pragma once

#include <functional>
#include <memory>

#include "io/remote_wake.h"
#include "keys/pending_signature.h"

namespace pinlatch::proxy {

// SignatureWait costs nothing but its place until a key has to be waited for. The task, which is
// the connection's, runs on its loop when the signature is there.
class SignatureWait final : public tls::SignatureWaiter {
 public:
  // All are borrowed for as long as this; `wake` stays with the connection, after the session that
  // asks.
  SignatureWait(std::unique_ptr<io::RemoteWake>& wake, io::EventLoop& loop, io::Task& task)
      : wake_(wake), loop_(loop), task_(task) {}

  std::function<void()> WakeUp() override {
    if (wake_ == nullptr) wake_ = std::make_unique<io::RemoteWake>(loop_, task_);
    return wake_->WakeUp();
  }

 private:
  std::unique_ptr<io::RemoteWake>& wake_;
  io::EventLoop& loop_;
  io::Task& task_;
};

}  // namespace pinlatch::proxy
