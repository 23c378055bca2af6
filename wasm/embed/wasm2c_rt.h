/*
 * What the functions of core_functions.h need: the core's memory, checked access to it, and the few
 * operations that C has not. Little-endian targets with IEEE 754 doubles (in software is fine).
 * Compile with -ffp-contract=off and never with -ffast-math: fwc_init() refuses a build that
 * rounds otherwise than WebAssembly says.
 */
#ifndef FIELDWARDEN_WASM2C_RT_H
#define FIELDWARDEN_WASM2C_RT_H

#include <math.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "the core's memory is little endian: a big-endian target needs swapping loads and stores"
#endif
#ifdef __FAST_MATH__
#error "-ffast-math computes other results"
#endif
#if defined(__clang__) || !defined(__GNUC__)
#pragma STDC FP_CONTRACT OFF /* GCC knows only the option, -ffp-contract=off. */
#endif

typedef uint8_t u8;
typedef int8_t s8;
typedef uint16_t u16;
typedef int16_t s16;
typedef uint32_t u32;
typedef int32_t s32;
typedef uint64_t u64;
typedef int64_t s64;
typedef double f64;

#define UNUSED __attribute__((unused))
#define INLINE static inline __attribute__((always_inline, unused))
/* Functions that run for each packet, in a build that is optimised for size otherwise: on a Cortex-M3,
 * a tenth more flash for half of the instructions. */
#if defined(__OPTIMIZE_SIZE__) && defined(__GNUC__) && !defined(__clang__)
#define HOT __attribute__((optimize("O2")))
#else
#define HOT
#endif
#define UNLIKELY(x) __builtin_expect(!!(x), 0)

/* The linear memory: the bytes of it that the core ever touches, not the 64 KiB of a page. */
static u8 memory[MEMORY_BYTES] __attribute__((aligned(8)));

/* Where a trap goes: the call of fieldwarden_core.h that is under way. */
static jmp_buf trap_to;

__attribute__((noreturn, noinline, cold)) static void trap(void) {
  longjmp(trap_to, 1);
}

/*
 * `offset` and `bytes` are constants, so that one comparison is left of the check, and none where
 * the compiler knows `base` too. FWC_UNCHECKED takes the sandbox away: only to measure its price.
 */
INLINE u8 *at(u32 base, u32 offset, u32 bytes) {
#ifdef FWC_UNCHECKED
  (void)bytes;
#else
  if (UNLIKELY(offset > MEMORY_BYTES - bytes || base > MEMORY_BYTES - bytes - offset)) trap();
#endif
  return memory + base + offset;
}

/* For a test bench that wants to know which bytes have changed. */
#ifndef STORED
#define STORED(address, bytes) ((void)0)
#endif

#define LOAD(name, stored, extended, result)                            \
  INLINE result name(u32 base, u32 offset) {                            \
    stored value;                                                       \
    memcpy(&value, at(base, offset, sizeof value), sizeof value);       \
    return (result)(extended)value;                                     \
  }
#define STORE(name, stored, given)                                      \
  INLINE void name(u32 base, u32 offset, given wide) {                  \
    stored value = (stored)wide;                                        \
    memcpy(at(base, offset, sizeof value), &value, sizeof value);       \
    STORED(base + offset, sizeof value);                                \
  }

LOAD(i32_load, u32, u32, u32)
LOAD(i32_load8_s, s8, s32, u32)
LOAD(i32_load8_u, u8, u32, u32)
LOAD(i32_load16_s, s16, s32, u32)
LOAD(i32_load16_u, u16, u32, u32)
LOAD(i64_load, u64, u64, u64)
LOAD(i64_load8_s, s8, s64, u64)
LOAD(i64_load8_u, u8, u64, u64)
LOAD(i64_load16_s, s16, s64, u64)
LOAD(i64_load16_u, u16, u64, u64)
LOAD(i64_load32_s, s32, s64, u64)
LOAD(i64_load32_u, u32, u64, u64)
LOAD(f64_load, f64, f64, f64)
STORE(i32_store, u32, u32)
STORE(i32_store8, u8, u32)
STORE(i32_store16, u16, u32)
STORE(i64_store, u64, u64)
STORE(i64_store8, u8, u64)
STORE(i64_store16, u16, u64)
STORE(i64_store32, u32, u64)
STORE(f64_store, f64, f64)

#define UNREACHABLE trap()
#define TRAP_IF(condition) (UNLIKELY(condition) ? trap() : (void)0)

/*
 * 64-bit division: libgcc's takes 750 bytes and, on a Cortex-M3, as many instructions for a time in
 * microseconds. By constants below 2^20, as for each packet, it is four divisions of 32 bits; by
 * others, as when a second closes, a loop that takes no space.
 */
#if UINTPTR_MAX > 0xffffffffu
INLINE u64 divide(u64 x, u64 y) { return x / y; }
#else
__attribute__((noinline, unused)) static u64 divide_by_small(u64 x, u32 y) {
  u32 high = (u32)(x >> 32), low = (u32)x;
  u32 rest = high % y << 12 | low >> 20;
  u32 q0 = rest / y;
  rest = rest % y << 12 | (low >> 8 & 0xfffu);
  u32 q1 = rest / y;
  rest = rest % y << 8 | (low & 0xffu);
  return (u64)(high / y) << 32 | (q0 << 20 | q1 << 8 | rest / y);
}
__attribute__((noinline, unused)) static u64 divide_by_any(u64 x, u64 y) {
  u64 rest = 0;
  for (u32 bit = 0; bit < 64; bit++) {
    u64 carry = rest >> 63;
    rest = rest << 1 | x >> 63;
    x <<= 1;
    if (carry != 0 || rest >= y) {
      rest -= y;
      x |= 1;
    }
  }
  return x;
}
INLINE u64 divide(u64 x, u64 y) {
  return __builtin_constant_p(y) && y < 1u << 20 ? divide_by_small(x, (u32)y) : divide_by_any(x, y);
}
#endif

#define DIV_U(x, y) \
  (TRAP_IF((y) == 0), sizeof(x) == 8 ? divide(x, y) : (u32)(x) / (u32)(y))
#define REM_U(x, y) \
  (TRAP_IF((y) == 0), sizeof(x) == 8 ? (x)-divide(x, y) * (y) : (u32)(x) % (u32)(y))
#define I32_DIV_S(x, y) \
  (TRAP_IF((y) == 0 || ((x) == 0x80000000u && (y) == 0xffffffffu)), (u32)((s32)(x) / (s32)(y)))
#define I32_REM_S(x, y) (TRAP_IF((y) == 0), (y) == 0xffffffffu ? 0u : (u32)((s32)(x) % (s32)(y)))
#define I64_DIV_S(x, y) \
  (TRAP_IF((y) == 0 || ((x) == 1ull << 63 && (y) == ~0ull)), (u64)((s64)(x) / (s64)(y)))
#define I64_REM_S(x, y) (TRAP_IF((y) == 0), (y) == ~0ull ? 0ull : (u64)((s64)(x) % (s64)(y)))

#define I32_CLZ(x) ((x) ? (u32)__builtin_clz(x) : 32u)
#define I32_CTZ(x) ((x) ? (u32)__builtin_ctz(x) : 32u)
#define I64_CLZ(x) ((x) ? (u64)__builtin_clzll(x) : 64u)
#define I64_CTZ(x) ((x) ? (u64)__builtin_ctzll(x) : 64u)
#define I32_POPCNT(x) ((u32)__builtin_popcount(x))
#define I64_POPCNT(x) ((u64)__builtin_popcountll(x))
#define I32_ROTL(x, y) (((x) << ((y) & 31)) | ((x) >> ((32 - (y)) & 31)))
#define I32_ROTR(x, y) (((x) >> ((y) & 31)) | ((x) << ((32 - (y)) & 31)))
#define I64_ROTL(x, y) (((x) << ((y) & 63)) | ((x) >> ((64 - (y)) & 63)))
#define I64_ROTR(x, y) (((x) >> ((y) & 63)) | ((x) << ((64 - (y)) & 63)))

/* A NaN on either side gives one, and -0 is below +0: not so with C's own comparison. */
INLINE f64 FMIN(f64 x, f64 y) {
  if (UNLIKELY(x != x || y != y)) return x + y;
  if (UNLIKELY(x == 0 && y == 0)) return signbit(x) ? x : y;
  return x < y ? x : y;
}
INLINE f64 FMAX(f64 x, f64 y) {
  if (UNLIKELY(x != x || y != y)) return x + y;
  if (UNLIKELY(x == 0 && y == 0)) return signbit(x) ? y : x;
  return x > y ? x : y;
}
INLINE f64 wasm_floor(f64 x) { return floor(x); }
INLINE f64 wasm_ceil(f64 x) { return ceil(x); }
INLINE f64 wasm_trunc(f64 x) { return trunc(x); }
INLINE f64 wasm_fabs(f64 x) { return fabs(x); }
INLINE u64 i64_reinterpret_f64(f64 x) {
  u64 bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}
INLINE f64 f64_reinterpret_i64(u64 bits) {
  f64 x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

/*
 * The square root, rounded to nearest as IEEE 754 says: digit by digit, 54 of them, the last to round
 * by. Half of libm's size, and needs no errno. Where the processor has it, its own.
 */
__attribute__((noinline, unused)) static f64 soft_sqrt(f64 x) {
  u64 bits = i64_reinterpret_f64(x);
  s32 exponent = (s32)(bits >> 52) - 1023;
  u64 mantissa = bits & 0xfffffffffffffull;
  if (bits == 0 || bits == 1ull << 63 || exponent == 1024) return x; /* Zeros, infinity, NaN. */
  if ((s64)bits < 0) return f64_reinterpret_i64(0x7ff8000000000000ull);
  if (exponent == -1023) {
    for (exponent = -1022; mantissa >> 52 == 0; exponent--) mantissa <<= 1;
  }
  mantissa |= 1ull << 52;
  if (exponent & 1) mantissa <<= 1;
  u64 root = 0, rest = 0;
  mantissa <<= 10;
  for (u32 digit = 0; digit < 54; digit++) {
    rest = rest << 2 | mantissa >> 62;
    mantissa <<= 2;
    u64 trial = root << 2 | 1;
    root <<= 1;
    if (rest >= trial) {
      rest -= trial;
      root |= 1;
    }
  }
  root = (root >> 1) + (root & 1); /* Never a tie: a root of 54 digits is not exact in them. */
  return f64_reinterpret_i64(root + ((u64)((exponent >> 1) + 1022) << 52));
}
#if defined(__x86_64__) || defined(__aarch64__) || (defined(__ARM_FP) && (__ARM_FP & 8))
INLINE f64 wasm_sqrt(f64 x) { return __builtin_sqrt(x); }
#else
INLINE f64 wasm_sqrt(f64 x) { return soft_sqrt(x); }
#endif

#endif
