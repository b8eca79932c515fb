#pragma once

// Internal to proofs_check/verify: a few threads that take numbered parts of a task.

#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace statewright::proofs {

/// The caller and threads - 1 others. One task at a time; each part is done once, by anyone.
class Workers {
 public:
  /// What to do with part `part`; `worker` < size() names who does it, for scratch memory.
  using Task = std::function<void(std::size_t part, std::size_t worker)>;

  explicit Workers(unsigned threads);
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  std::size_t size() const noexcept { return threads_.size() + 1; }

  /// Lets the others begin and returns. finish() must follow.
  void begin(std::size_t parts, Task task);
  /// Helps until all parts are done. Rethrows what a part has thrown.
  void finish();
  /// Starts no more parts and waits for those at work, if a task was begun and not finished.
  void cancel() noexcept;

 private:
  void serve(std::size_t worker);
  /// Does parts until none is left. `lock` is held before and after.
  void work(std::size_t worker, std::unique_lock<std::mutex>& lock);

  std::mutex mutex_;
  std::condition_variable begun_, done_;
  Task task_;
  std::size_t parts_ = 0, next_part_ = 0, at_work_ = 0;
  std::exception_ptr error_;
  bool closing_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace statewright::proofs
