// Owns the event loop of one thread: readiness (epoll), timers, run-soon tasks, and the mailbox
// through which other threads hand it work. One loop a worker; everything but Post and Stop is
// called on that worker's thread only.
#pragma once

#include <functional>
#include <memory>

#include "base/clock.h"
#include "base/result.h"
#include "io/timer_wheel.h"

namespace pinlatch::io {

// Readiness is what epoll reported for one descriptor. `hangup` means that the peer closed or the
// socket failed: a read tells which.
struct Readiness {
  bool readable = false;
  bool writable = false;
  bool hangup = false;
};

// EventHandler is told of readiness. Handlers are borrowed: Unwatch before destroying one. After
// Unwatch no event reaches it, also not one of the batch that is being handled.
class EventHandler {
 public:
  virtual void OnReady(Readiness readiness) = 0;

 protected:
  ~EventHandler() = default;
};

// TaskLink is a task's place in the queue.
class TaskLink {
 public:
  TaskLink(const TaskLink&) = delete;
  TaskLink& operator=(const TaskLink&) = delete;

 protected:
  TaskLink() = default;
  ~TaskLink() { Unlink(); }

 private:
  friend class TaskQueue;
  void Unlink();

  TaskLink* next_ = nullptr;  // null when not queued
  TaskLink* previous_ = nullptr;
};

// Task is something to run once, at the end of the current round of events. Intrusive: a task is
// queued at most once, and destroying it takes it off the queue. Used to continue fairly and to
// destroy objects that are on the call stack. Run may queue the task again or destroy it.
class Task : public TaskLink {
 public:
  Task() = default;
  virtual void Run() = 0;

 protected:
  ~Task() = default;
};

// EventLoop works in rounds. A round waits for readiness (not at all while tasks are queued), reads
// the clock, and then handles, in this order: what other threads posted, the events, the timers
// that are due, the tasks. What was posted before a request came in is therefore in force for it,
// data that has come beats the timeout that waits for it, and tasks see everything the round has
// done. A task that is queued while tasks run, and work that is posted while posted work runs, come
// with the next round.
class EventLoop {
 public:
  // Create makes the epoll descriptor and the mailbox. Error: kSystem.
  static Result<std::unique_ptr<EventLoop>> Create();
  // Destroying the loop forgets watched descriptors, disarms timers, takes tasks off its queue, and
  // destroys without running it what was posted after the last Stop.
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  // Watch reports reads, writes and hang-ups of `fd` edge-triggered: the handler must go on until
  // it would block. One handler a descriptor. Error: kSystem.
  Status Watch(int fd, EventHandler& handler);
  // WatchReadable reports reads level-triggered (listening sockets). Error: kSystem.
  Status WatchReadable(int fd, EventHandler& handler);
  // Unwatch comes before `fd` is closed, or its number could be another's by then (asserted where
  // that can be seen). Nothing happens when `fd` is not watched.
  void Unwatch(int fd);

  // Undelivered is what has been reported of `fd` in this round, and of which its handler has yet
  // to be told. It asks nobody: what comes while a round is handled is the next one's.
  Readiness Undelivered(int fd) const;

  // now is the monotonic time, read once a round; before the first round that of Create. Timers are
  // armed from it.
  MonotonicTime now() const;
  TimerWheel& timers();
  // RunSoon queues the task; nothing happens when it is queued already.
  void RunSoon(Task& task);
  // RunLater queues the task for the first round at or after `time`, or for an earlier one where
  // another task waits for that; nothing happens when it is queued already. For pauses that the
  // tick of the timers is too long for.
  void RunLater(Task& task, MonotonicTime time);

  // Post hands `work` to this loop's thread and wakes it. Any thread. Work posted before Stop is
  // run before Run returns.
  void Post(std::function<void()> work);
  // Run handles events until Stop, and finishes that round; Stop may come from any thread and is
  // remembered when it comes before Run. Each Stop ends one Run.
  void Run();
  void Stop();

 private:
  struct Impl;
  explicit EventLoop(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace pinlatch::io
