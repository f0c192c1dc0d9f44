// See javascript_thread.h.
#include "binding/javascript_thread.h"

#include <memory>
#include <utility>

namespace pinlatch::binding {

JavaScriptThread::JavaScriptThread(Napi::Env env)
    : env_(env), queue_(Queue::New(env, "pinlatch", 0, 1)) {
  queue_.Unref(env_);
}

void JavaScriptThread::Post(Task task) {
  auto queued = std::make_unique<Task>(std::move(task));
  if (queue_.NonBlockingCall(queued.get()) == napi_ok) queued.release();
}

void JavaScriptThread::Hold() {
  if (holds_++ == 0) queue_.Ref(env_);
}

void JavaScriptThread::Release() {
  if (--holds_ == 0) queue_.Unref(env_);
}

void JavaScriptThread::Run(Napi::Env env, Napi::Function, std::nullptr_t*, Task* task) {
  const std::unique_ptr<Task> owned(task);
  if (static_cast<napi_env>(env) == nullptr)
    return;  // the queue is emptied as the environment ends
  (*task)(env);
  if (!env.IsExceptionPending()) return;
  napi_fatal_exception(env, env.GetAndClearPendingException().Value());
}

}  // namespace pinlatch::binding
