// Owns the way from worker threads back to JavaScript: tasks that are run on the environment's own
// thread. One per environment.
#pragma once

#include <napi.h>

#include <cstddef>
#include <functional>

namespace pinlatch::binding {

class JavaScriptThread {
 public:
  using Task = std::function<void(Napi::Env)>;

  // The queue belongs to the environment, which frees it after its clean-up hooks have run; whoever
  // posts from another thread must have stopped by then.
  explicit JavaScriptThread(Napi::Env env);
  JavaScriptThread(const JavaScriptThread&) = delete;
  JavaScriptThread& operator=(const JavaScriptThread&) = delete;

  // Post has the task run soon; it may be called on any thread. A task that leaves an exception
  // pending raises 'uncaughtException'. Once the environment ends, tasks are dropped.
  void Post(Task task);

  // Hold keeps the process alive, as something is awaited; Release takes that back. They nest.
  // JavaScript thread.
  void Hold();
  void Release();

 private:
  static void Run(Napi::Env env, Napi::Function callback, std::nullptr_t* context, Task* task);
  using Queue = Napi::TypedThreadSafeFunction<std::nullptr_t, Task, Run>;

  const Napi::Env env_;
  Queue queue_;
  size_t holds_ = 0;
};

}  // namespace pinlatch::binding
