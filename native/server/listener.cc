// See listener.h.
#include "server/listener.h"

#include <algorithm>
#include <utility>

namespace pinlatch::server {
namespace {

constexpr int kBatch = 32;  // accepted in one go, then other connections get their turn
constexpr Milliseconds kRetryDelay{100};
// To look for a free descriptor costs as much as to accept. Between two connections of a listener
// no more than so many are opened elsewhere, or the ceiling is passed by one.
constexpr int kFarBelow = 64;

}  // namespace

Listener::Listener(io::EventLoop& loop, Acceptor& acceptor, std::string name)
    : loop_(loop), acceptor_(acceptor), name_(std::move(name)), retry_timer_(*this) {}

Listener::~Listener() { Pause(); }

void Listener::Open(SocketPtr socket) {
  socket_ = std::move(socket);
  Resume();
}

Status Listener::Watch() {
  PINLATCH_TRY(loop_.WatchReadable(socket_->fd(), *this));
  watching_ = true;
  return {};
}

void Listener::Resume() {
  if (exhausted_ || watching_ || socket_ == nullptr) return;
  const Duration wait = acceptor_.UntilRoom(*this);
  if (wait > proxy::Places::kNextRound) return PauseFor(wait);
  // Watching can fail for want of memory; then the timer tries again.
  if (!Watch().ok()) loop_.timers().Arm(retry_timer_, kRetryDelay);
}

// No more can wait there than the backlog holds: who connects faster than connections are accepted
// keeps no port open.
void Listener::Close() {
  if (socket_ == nullptr) return;
  Pause();
  for (int i = 0; i < kBacklog && AcceptOne(); ++i) {
  }
  LetGo();
}

void Listener::LetGo() {
  Pause();
  retry_timer_.Disarm();
  exhausted_ = false;
  socket_.reset();
}

void Listener::OnReady(io::Readiness) {
  for (int i = 0; i < kBatch; ++i) {
    const Duration wait = acceptor_.UntilRoom(*this);
    if (wait == proxy::Places::kNextRound) return;
    if (wait > Duration(0)) return PauseFor(wait);
    if (!AcceptOne()) return;
  }
}

bool Listener::AcceptOne() {
  const int ceiling = acceptor_.ceiling();
  const bool is_far = newest_ < ceiling - kFarBelow;
  io::AcceptOutcome outcome = io::Accept(*socket_, is_far ? io::kNoCeiling : ceiling);
  switch (outcome.kind) {
    case io::AcceptOutcome::Kind::kAccepted:
      newest_ = outcome.connection.socket.fd();
      acceptor_.OnAccepted(*this, std::move(outcome.connection));
      return true;
    case io::AcceptOutcome::Kind::kAborted:
      return true;
    case io::AcceptOutcome::Kind::kWouldBlock:
      return false;
    case io::AcceptOutcome::Kind::kExhausted:
      if (outcome.lacks_descriptor()) return AwaitDescriptor();
      Pause();
      exhausted_ = true;
      loop_.timers().Arm(retry_timer_, kRetryDelay);
      return false;
  }
  return false;
}

// AwaitDescriptor says whether somebody has given way. A descriptor is free for somebody else, too:
// who waits for one is not told, and looks for itself.
bool Listener::AwaitDescriptor() {
  const Duration wait = acceptor_.UntilDescriptor(*this);
  if (wait > proxy::Places::kNextRound) PauseFor(wait);
  return wait == Duration(0);
}

void Listener::Pause() {
  if (!watching_) return;
  loop_.Unwatch(socket_->fd());
  watching_ = false;
}

// Not every event that makes room is told to the listener: it looks for itself, too.
void Listener::PauseFor(Duration wait) {
  Pause();
  loop_.timers().Arm(retry_timer_, std::min<Duration>(wait, kRetryDelay));
}

void Listener::OnTimer(io::Timer&) {
  exhausted_ = false;
  Resume();
}

}  // namespace pinlatch::server
