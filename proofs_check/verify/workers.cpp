#include "proofs_check/verify/workers.hpp"

#include <utility>

namespace statewright::proofs {

Workers::Workers(unsigned threads) {
  for (unsigned i = 1; i < threads; ++i) threads_.emplace_back([this, i] { serve(i); });
}

Workers::~Workers() {
  cancel();
  {
    const std::unique_lock lock(mutex_);
    closing_ = true;
  }
  begun_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void Workers::begin(std::size_t parts, Task task) {
  {
    const std::unique_lock lock(mutex_);
    task_ = std::move(task);
    parts_ = parts;
    next_part_ = 0;
  }
  begun_.notify_all();
}

void Workers::finish() {
  std::unique_lock lock(mutex_);
  work(0, lock);
  done_.wait(lock, [this] { return at_work_ == 0; });
  if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
}

void Workers::cancel() noexcept {
  std::unique_lock lock(mutex_);
  next_part_ = parts_;
  done_.wait(lock, [this] { return at_work_ == 0; });
  error_ = nullptr;
}

void Workers::serve(std::size_t worker) {
  std::unique_lock lock(mutex_);
  while (true) {
    begun_.wait(lock, [this] { return closing_ || next_part_ < parts_; });
    if (closing_) return;
    work(worker, lock);
  }
}

void Workers::work(std::size_t worker, std::unique_lock<std::mutex>& lock) {
  while (next_part_ < parts_) {
    const std::size_t part = next_part_++;
    ++at_work_;
    lock.unlock();
    std::exception_ptr error;
    try {
      task_(part, worker);
    } catch (...) {
      error = std::current_exception();
    }
    lock.lock();
    --at_work_;
    if (error) {
      if (!error_) error_ = error;
      next_part_ = parts_;
    }
  }
  if (at_work_ == 0) done_.notify_all();
}

}  // namespace statewright::proofs
