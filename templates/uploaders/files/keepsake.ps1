# Uploads files and puts the links on the clipboard:  .\keepsake.ps1 photo.jpg video.mp4
param([Parameter(Mandatory, ValueFromRemainingArguments)] [string[]] $Path)

$api = {{ (given.api ~ given.query) | as_powershell }}
$key = {{ given.key | as_powershell }}  # keep it to yourself

[Net.ServicePointManager]::SecurityProtocol = [Net.ServicePointManager]::SecurityProtocol -bor 'Tls12'
$links = foreach ($file in Get-Item -Path $Path) {
    $headers = @{ 'X-API-Key' = $key; 'X-File-Name' = [uri]::EscapeDataString($file.Name) }
    try {
        $answer = Invoke-RestMethod `
            -Method Post -Uri $api -Headers $headers -ContentType 'application/octet-stream' -InFile $file.FullName
        Write-Host "$($file.Name)  delete: $($answer.image.delete_url)"
        $answer.image.{{ given.link }}
    } catch {
        $message = $_.ErrorDetails.Message
        if ($message) { $message = ($message | ConvertFrom-Json).error.message }
        else { $message = $_.Exception.Message }
        Write-Warning "$($file.Name): $message"
    }
}
if ($links) { Set-Clipboard -Value $links }
$links
