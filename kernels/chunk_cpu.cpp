#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

#include "kernels/chunk_parts.hpp"

namespace statewright::kernels {
namespace {

constexpr std::uint64_t kGroup = 16;  // words that no two threads share

template <class T>
CompareWords<T> widest() {
#ifdef STATEWRIGHT_WIDE_VECTORS
  if (vector_bytes() == 64) return compare_words_64;
  if (vector_bytes() == 32) return compare_words_32;
#endif
  return compare_words_16;
}

template <class T>
class ChunkCpu final : public ChunkBackend {
 public:
  ChunkCpu(const ChunkedNetwork& network, const Plan<T>& plan, const Machine* machine)
      : program_(make_chunk_program(network, plan, machine)),
        steps_(program_.sequential.place_layers(program_.sequential.numbers.data())),
        chunks_(program_.chunked.place_layers(program_.chunked.numbers.data())),
        layers_(program_.place_layers(program_.numbers.data())) {}

  void run(const Words& words, const ChunkOptions& options, ChunkResult& result) const override {
    static const CompareWords<T> compare_words = widest<T>();
    ChunkJob<T> job;
    job.sequential = program_.sequential.place(program_.sequential.numbers.data(),
                                               program_.sequential.whole.data(), steps_.data());
    job.chunked = program_.chunked.place(program_.chunked.numbers.data(),
                                         program_.chunked.whole.data(), chunks_.data());
    job.layers = layers_.data();
    job.chunk = program_.chunk;
    job.w_count = program_.w_count;
    job.m_count = program_.m_count;
    for (const LayerView<T>& layer : chunks_) job.widest = std::max(job.widest, layer.n * layer.d);
    job.words = words;
    job.first = result.first.data();
    job.outputs = options.outputs ? result.outputs.data() : nullptr;
    job.states = options.states ? result.states.data() : nullptr;
    job.gives_up = options.gives_up ? &options.gives_up : nullptr;

    const std::uint64_t groups = (words.count + kGroup - 1) / kGroup;
    const auto threads =
        static_cast<unsigned>(std::min<std::uint64_t>(thread_count(options.threads), groups));
    std::atomic<std::uint64_t> next = 0;
    const auto work = [&] {
      for (std::uint64_t g = next.fetch_add(1); g < groups; g = next.fetch_add(1)) {
        compare_words(job, g * kGroup, std::min(words.count, (g + 1) * kGroup));
      }
    };
    std::vector<std::thread> others;
    for (unsigned i = 1; i < threads; ++i) others.emplace_back(work);
    work();
    for (std::thread& thread : others) thread.join();
  }

 private:
  ChunkProgram<T> program_;
  std::vector<LayerView<T>> steps_, chunks_;
  std::vector<ChunkView<T>> layers_;
};

}  // namespace

std::unique_ptr<ChunkBackend> make_chunk_cpu(const ChunkedNetwork& network,
                                             const Machine* machine) {
  const Formats& formats = network.network.formats;
  if (const auto plan = plan_in_float(formats)) {
    return std::make_unique<ChunkCpu<float>>(network, *plan, machine);
  }
  return std::make_unique<ChunkCpu<double>>(network, plan_in_double(formats), machine);
}

}  // namespace statewright::kernels
