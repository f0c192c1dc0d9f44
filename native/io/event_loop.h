// Owns the event loop of one thread: readiness (epoll), timers, run-soon tasks, and the mailbox through which other
// threads hand it work. One loop a worker; everything but Post and Stop is called on that worker's thread only.
#pragma once

#include <functional>
#include <memory>

#include "base/clock.h"
#include "base/result.h"
#include "io/timer_wheel.h"

namespace pinlatch::io {

// Readiness is what epoll reported for one descriptor. `hangup` means that the peer closed or the socket failed: a read
// tells which.
struct Readiness {
  bool readable = false;
  bool writable = false;
  bool hangup = false;
};

// EventHandler is told of readiness. Handlers are borrowed: Unwatch before destroying one. After Unwatch no event reaches
// it, also not one of the batch that is being handled.
class EventHandler {
 public:
  virtual void OnReady(Readiness readiness) = 0;

 protected:
  ~EventHandler() = default;
};

// Task is something to run once, at the end of the current round of events. Intrusive: a task is queued at most once, and
// destroying it takes it off the queue. Used to continue fairly and to destroy objects that are on the call stack.
class Task {
 public:
  Task() = default;
  Task(const Task&) = delete;
  Task& operator=(const Task&) = delete;
  virtual void Run() = 0;

 protected:
  ~Task();

 private:
  friend class EventLoop;
  Task* next_ = nullptr;
  Task* previous_ = nullptr;
  bool queued_ = false;
};

class EventLoop {
 public:
  // Create makes the epoll descriptor and the mailbox. Error: kSystem.
  static Result<std::unique_ptr<EventLoop>> Create();
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  // Watch reports reads, writes and hang-ups of `fd` edge-triggered: the handler must go on until it would block.
  Status Watch(int fd, EventHandler& handler);
  // WatchReadable reports reads level-triggered (listening sockets).
  Status WatchReadable(int fd, EventHandler& handler);
  void Unwatch(int fd);

  // now is the monotonic time, read once a round.
  MonotonicTime now() const;
  TimerWheel& timers();
  void RunSoon(Task& task);

  // Post hands `work` to this loop's thread and wakes it. Any thread. Work posted before Stop is run before Run returns.
  void Post(std::function<void()> work);
  // Run handles events until Stop; Stop may come from any thread and is remembered when it comes before Run.
  void Run();
  void Stop();

 private:
  struct Impl;
  explicit EventLoop(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace pinlatch::io
