//! The only place that chooses a burn device.

use burn::tensor::Device;

/// The CPU.
pub fn cpu() -> Device {
    Device::flex()
}

/// The browser's WebGPU device. It must be opened before any tensor is made on it, and only once.
///
/// # Errors
/// A sentence when there is none.
#[cfg(feature = "gpu")]
pub async fn open_webgpu() -> Result<Device, String> {
    use burn_wgpu::WgpuBackend;
    // Few dispatches per submission keep a submission short on slow GPUs; many make it cheap. Small
    // networks launch some hundred kernels a step.
    const TASKS_PER_SUBMISSION: usize = 128;
    Device::wgpu_options()
        .graphics_api(WgpuBackend::WebGpu)
        .tasks_max(TASKS_PER_SUBMISSION)
        .init_async()
        .await
        .map_err(|e| format!("WebGPU could not be started: {e}. The CPU is used instead."))
}
