// See event_loop.h. Descriptors are found by number; each watch has a generation of its own, so
// that an event that was fetched for an earlier watch of the number is told apart.
#include "io/event_loop.h"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <limits>
#include <span>
#include <vector>

#include "io/mailbox.h"
#include "io/system_error.h"
#include "io/task_queue.h"

namespace pinlatch::io {
namespace {

constexpr int kBatch = 256;
// No descriptor has the number -1, so no watch has this key.
constexpr uint64_t kMailboxKey = std::numeric_limits<uint64_t>::max();

uint64_t KeyOf(int fd, uint32_t generation) {
  return static_cast<uint64_t>(generation) << 32 | static_cast<uint32_t>(fd);
}

Readiness ReadinessOf(uint32_t events) {
  return {.readable = (events & EPOLLIN) != 0,
          .writable = (events & EPOLLOUT) != 0,
          .hangup = (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0};
}

bool IsMail(const epoll_event& event) { return event.data.u64 == kMailboxKey; }

Error EpollError(int system_error) {
  return Error(ErrorCode::kSystem, "epoll: " + SystemErrorText(system_error));
}

}  // namespace

struct EventLoop::Impl {
  struct Watched {
    EventHandler* handler = nullptr;
    uint32_t generation = 0;
  };

  Impl(int epoll, std::unique_ptr<Mailbox> box) : epoll_fd(epoll), mailbox(std::move(box)) {}
  ~Impl() { close(epoll_fd); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  Status Add(int fd, uint32_t events, EventHandler& handler);
  int WaitMilliseconds() const;
  bool Round();
  void Dispatch(const epoll_event& event);
  void RunLater();

  const int epoll_fd;
  std::unique_ptr<Mailbox> mailbox;
  std::vector<Watched> watched;              // by descriptor
  std::span<const epoll_event> undelivered;  // of the round that is being handled
  MonotonicTime now = MonotonicNow();
  TimerWheel timers{now};
  TaskQueue tasks;
  TaskQueue later;
  MonotonicTime later_at = MonotonicTime::max();
};

Status EventLoop::Impl::Add(int fd, uint32_t events, EventHandler& handler) {
  assert(fd >= 0);
  const auto index = static_cast<size_t>(fd);
  if (index >= watched.size()) watched.resize(std::max(index + 1, watched.size() * 2));
  Watched& entry = watched[index];
  assert(entry.handler == nullptr);
  ++entry.generation;
  epoll_event event{};
  event.events = events;
  event.data.u64 = KeyOf(fd, entry.generation);
  if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event) < 0) return EpollError(errno);
  entry.handler = &handler;
  return {};
}

int EventLoop::Impl::WaitMilliseconds() const {
  if (!tasks.empty()) return 0;
  // Not `now`: the round that ends may have taken long.
  const MonotonicTime from = MonotonicNow();
  Duration wait = timers.UntilNext(from);
  if (!later.empty()) wait = std::min(wait, std::max(Duration::zero(), later_at - from));
  if (wait == Duration::max()) return -1;
  // Rounded up, or the last millisecond before a timer would be spent spinning.
  const int64_t milliseconds = std::chrono::ceil<Milliseconds>(wait).count();
  return static_cast<int>(std::min<int64_t>(milliseconds, std::numeric_limits<int>::max()));
}

// Returns whether a stop was posted.
bool EventLoop::Impl::Round() {
  epoll_event events[kBatch];
  int count = epoll_wait(epoll_fd, events, kBatch, WaitMilliseconds());
  if (count < 0) {
    assert(errno == EINTR);  // The other errors are wrong arguments.
    count = 0;
  }
  now = MonotonicNow();
  timers.SetTime(now);  // What the events arm counts from now, not from before the wait.

  // Mail first: what was posted before a request came in is in force for that request.
  const std::span ready(events, static_cast<size_t>(count));
  const bool mail = std::any_of(ready.begin(), ready.end(), IsMail);
  const bool stop = mail && mailbox->Deliver();
  for (size_t next = 0; next < ready.size(); ++next) {
    undelivered = ready.subspan(next + 1);
    if (!IsMail(ready[next])) Dispatch(ready[next]);
  }
  undelivered = {};
  timers.Advance(now);
  tasks.RunAll();
  if (!later.empty() && later_at <= now) RunLater();
  return stop;
}

void EventLoop::Impl::RunLater() {
  later_at = MonotonicTime::max();
  later.RunAll();
}

void EventLoop::Impl::Dispatch(const epoll_event& event) {
  // A copy: the handler may watch a descriptor, which may move the entries.
  const Watched entry = watched[static_cast<uint32_t>(event.data.u64)];
  if (entry.handler == nullptr || entry.generation != event.data.u64 >> 32) return;
  entry.handler->OnReady(ReadinessOf(event.events));
}

Result<std::unique_ptr<EventLoop>> EventLoop::Create() {
  PINLATCH_ASSIGN(std::unique_ptr<Mailbox> mailbox, Mailbox::Create());
  const int epoll_fd = epoll_create1(EPOLL_CLOEXEC);
  if (epoll_fd < 0) return EpollError(errno);
  auto impl = std::make_unique<Impl>(epoll_fd, std::move(mailbox));
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = kMailboxKey;
  if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, impl->mailbox->fd(), &event) < 0) {
    return EpollError(errno);
  }
  return std::unique_ptr<EventLoop>(new EventLoop(std::move(impl)));
}

EventLoop::EventLoop(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
EventLoop::~EventLoop() = default;

Status EventLoop::Watch(int fd, EventHandler& handler) {
  return impl_->Add(fd, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, handler);
}

Status EventLoop::WatchReadable(int fd, EventHandler& handler) {
  return impl_->Add(fd, EPOLLIN, handler);
}

void EventLoop::Unwatch(int fd) {
  if (fd < 0 || static_cast<size_t>(fd) >= impl_->watched.size()) return;
  EventHandler*& handler = impl_->watched[static_cast<size_t>(fd)].handler;
  if (handler == nullptr) return;
  handler = nullptr;
  const int failed = epoll_ctl(impl_->epoll_fd, EPOLL_CTL_DEL, fd, nullptr);
  assert(failed == 0);  // Closed before.
  (void)failed;
}

Readiness EventLoop::Undelivered(int fd) const {
  const uint64_t key = KeyOf(fd, impl_->watched[static_cast<size_t>(fd)].generation);
  for (const epoll_event& event : impl_->undelivered) {
    if (event.data.u64 == key) return ReadinessOf(event.events);
  }
  return {};
}

MonotonicTime EventLoop::now() const { return impl_->now; }
TimerWheel& EventLoop::timers() { return impl_->timers; }
void EventLoop::RunSoon(Task& task) { impl_->tasks.Push(task); }

void EventLoop::RunLater(Task& task, MonotonicTime time) {
  impl_->later_at = std::min(impl_->later_at, time);
  impl_->later.Push(task);
}

void EventLoop::Post(std::function<void()> work) { impl_->mailbox->Post(std::move(work)); }
void EventLoop::Stop() { impl_->mailbox->PostStop(); }

void EventLoop::Run() {
  while (!impl_->Round()) {
  }
}

}  // namespace pinlatch::io
