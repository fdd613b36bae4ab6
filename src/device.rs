//! The only place that chooses a burn device.

use burn::tensor::Device;

/// The CPU.
pub fn cpu() -> Device {
    Device::flex()
}

/// A device of the native command line by name, with what this program was built with.
///
/// # Errors
/// A sentence when there is no such device or it was left out of the build.
#[cfg(feature = "cli")]
pub fn native(name: &str) -> Result<Device, String> {
    match name {
        "cpu" => Ok(cpu()),
        #[cfg(feature = "libtorch")]
        #[expect(deprecated, reason = "still the fastest way to train on a CPU")]
        "libtorch" => Ok(Device::libtorch()),
        #[cfg(feature = "libtorch")]
        #[expect(deprecated, reason = "the same on an NVIDIA GPU")]
        "libtorch-cuda" if tch::Cuda::is_available() => Ok(Device::libtorch_cuda(0)),
        #[cfg(feature = "libtorch")]
        "libtorch-cuda" => Err("PyTorch finds no CUDA device here.".into()),
        #[cfg(feature = "cubecl-cpu")]
        "cubecl-cpu" => Ok(Device::cpu()),
        #[cfg(feature = "cuda")]
        "cuda" => Ok(Device::cuda(0)),
        #[cfg(feature = "vulkan")]
        "vulkan" => Ok(Device::vulkan(burn::tensor::DeviceKind::DefaultDevice)),
        #[cfg(feature = "wgpu")]
        "wgpu" => Ok(Device::wgpu(burn::tensor::DeviceKind::DefaultDevice)),
        #[allow(
            unreachable_patterns,
            reason = "reached by what was left out of the build"
        )]
        "libtorch" | "libtorch-cuda" | "cubecl-cpu" | "cuda" | "vulkan" | "wgpu" => Err(format!(
            "This program was built without {name}; build it with --features {}.",
            name.trim_end_matches("-cuda")
        )),
        _ => Err(format!(
            "There is no device \"{name}\"; there are cpu, libtorch, libtorch-cuda, cubecl-cpu, cuda, vulkan and wgpu."
        )),
    }
}

/// The browser's WebGPU device. It must be opened before any tensor is made on it, and only once. `lost` is called with the
/// browser's message if the device is lost, because burn reports that only through operations that fail.
///
/// # Errors
/// A sentence when there is none.
#[cfg(feature = "gpu")]
pub async fn open_webgpu(lost: impl Fn(String) + Send + 'static) -> Result<Device, String> {
    use burn_wgpu::WgpuBackend;
    // Few dispatches per submission keep a submission short on slow GPUs; many make it cheap. Small
    // networks launch some hundred kernels a step.
    const TASKS_PER_SUBMISSION: usize = 128;
    let (device, setup) = Device::wgpu_options()
        .graphics_api(WgpuBackend::WebGpu)
        .tasks_max(TASKS_PER_SUBMISSION)
        .init_with_setup_async()
        .await
        .map_err(|e| format!("WebGPU could not be started: {e}. The CPU is used instead."))?;
    setup
        .device
        .set_device_lost_callback(move |_, message| lost(message));
    Ok(device)
}
